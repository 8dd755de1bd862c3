/// How a process ended.
enum ExitStatus: Equatable {
    case exited(Int32)
    case signalled(Int32)

    /// - Parameter status: as `waitpid` has it.
    init(waitStatus status: Int32) {
        let signal = status & 0x7F
        self = signal == 0 ? .exited(status >> 8 & 0xFF) : .signalled(signal)
    }
}
