import CLinux
import Glibc
import NetworkIO
import Synchronization

/// A thread that does one thing after the other with what is its own: a slow disk holds up no screen.
final class DiskThread<State>: Sendable {
    typealias Job = @Sendable (inout State) -> Void

    private let jobs = Mutex<[Job]>([])
    private let bell: Int32

    /// - Parameter makeState: called on the thread.
    init(_ makeState: @escaping @Sendable () -> State) throws(SystemFailure) {
        bell = eventfd(0, Int32(EFD_CLOEXEC))
        guard bell >= 0 else { throw SystemFailure("eventfd") }
        _ = try WorkerThread(named: "disk", isDetached: true) { [self] in
            var state = makeState()
            while true {
                for job in takeJobs() { job(&state) }
            }
        }
    }

    func perform(_ job: @escaping Job) {
        jobs.withLock { $0.append(job) }
        Self.ring(bell)
    }

    /// Waits until all that was asked for is done, but not for ever: a disk may be gone.
    func finish(withinSeconds limit: Int32) {
        let done = eventfd(0, Int32(EFD_CLOEXEC))
        guard done >= 0 else { return }
        perform { _ in Self.ring(done) }
        var entry = pollfd(fd: done, events: Int16(POLLIN), revents: 0)
        // The descriptor stays open where the thread may still want it.
        if poll(&entry, 1, limit * 1_000) > 0 { close(done) }
    }

    private static func ring(_ bell: Int32) {
        var one: UInt64 = 1
        _ = write(bell, &one, 8)
    }

    /// Waits for some.
    private func takeJobs() -> [Job] {
        var count: UInt64 = 0
        _ = read(bell, &count, 8)
        return jobs.withLock { jobs in
            defer { jobs = [] }
            return jobs
        }
    }
}
