import Glibc
import PeerSession
import WireFormat

/// A viewer is gone for good.
extension HostProgram {
    /// How long the end of the program waits for the lock, which outlives it.
    private static let lockPatience = Interval.seconds(5)

    func lock(after end: SessionEnd) {
        if lockDebt.isDue(after: end, hadPath: meter?.pair != nil, isUnattended: isUnattended) { startLock(after: end) }
    }

    /// A session is concluded.
    func lockWithoutSuccessor(after end: SessionEnd) {
        guard end == .superseded, driver.peer.figures == nil, lockDebt.isDueWithoutSuccessor() else { return }
        startLock(after: end)
    }

    private func startLock(after end: SessionEnd) {
        guard let command = settings.lockCommand else { return }
        let mailbox = driver.loop.mailbox
        do {
            try command.start(after: end) { status in mailbox.post { $0.machine.commandEnded(status) } }
            isLocking = true
            reporter.event("lock", [("reason", .string(end.name))])
        } catch {
            warnOfLock("\(error)")
        }
    }

    func lockEnded(_ status: Int32) {
        isLocking = false
        let code = status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F
        if code != 0 { warnOfLock("it ended with status \(code)") }
    }

    private func warnOfLock(_ detail: String) {
        reporter.event("lock_failed", [("detail", .string(detail))])
        reporter.warn("The lock command failed: \(detail). This machine may be unlocked.")
    }

    func awaitLock() {
        let end = driver.now + Self.lockPatience
        while isLocking, driver.now < end {
            driver.loop.turn(atMost: end - driver.now)
            for case .commandEnded(let status) in driver.takeEvents() { lockEnded(status) }
        }
    }

    private var isUnattended: Bool {
        if case .authorizedKeys = settings.access { true } else { false }
    }
}
