/// What a program wants to be woken for, beside its peer's own timers.
enum DriverTimer: Hashable, Sendable {
    /// The network may be looked at again.
    case network
    /// The screen may be captured again, or changes by the clock.
    case capture
    /// Nothing was heard from the other side for so long that nothing may stay pressed.
    case silence
    /// The window may be painted again.
    case present
    /// The pointer's place may be sent again.
    case pointer
    /// What was recorded is to be written.
    case record
    /// The status line is due.
    case status
    /// A closed session has had its time to say goodbye.
    case conclude
    /// The program ends, whatever is still under way.
    case giveUp
    /// The viewer was asked to look for so long only.
    case duration
    /// The server was never reached.
    case unreachable
    /// Programs that wait for pasted files are to be kept waiting.
    case paste
    /// The server is told the figures of the session that goes on.
    case report
    /// The picture has been exact and still for a while.
    case rest
}
