import PeerSession

/// Whether the machine is to be locked when a viewer is gone: what that one has unlocked stays so until then.
struct LockDebt {
    /// A viewer was there, and nothing was locked since.
    private var isOwed = false

    /// A session has ended.
    ///
    /// - Parameters:
    ///   - hadPath: its viewer was there; others have unlocked nothing.
    ///   - isUnattended: nobody is known to be here, so that the end of the host's program is an end, too.
    /// - Returns: whether to lock now. Not while another viewer takes the place: then it is owed after that one, be it that
    ///   it has never been there itself.
    mutating func isDue(after end: SessionEnd, hadPath: Bool, isUnattended: Bool) -> Bool {
        isOwed = isOwed || hadPath
        guard end != .superseded else { return false }
        defer { isOwed = false }
        return isOwed && LockCommand.isDue(after: end, isUnattended: isUnattended)
    }

    /// The place of a viewer that was superseded is free: the other one did not stay.
    mutating func isDueWithoutSuccessor() -> Bool {
        defer { isOwed = false }
        return isOwed
    }
}
