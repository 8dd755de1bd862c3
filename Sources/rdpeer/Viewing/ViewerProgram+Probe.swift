import PeerSession
import WireFormat

/// For programs that measure (`--probe`): keys from standard input, and news of one pixel.
extension ViewerProgram {
    /// - Returns: whether there were any keys.
    func sendCommandedKeys() -> Bool {
        guard var input = commands else { return false }
        let keysyms = input.takeKeysyms()
        if !input.isOpen { driver.loop.unwatch(0) }
        commands = input.isOpen ? input : nil
        for keysym in keysyms {
            driver.peer.send(.key(keysym: keysym, isPressed: true))
            driver.peer.send(.key(keysym: keysym, isPressed: false))
            reporter.event("probe_key", [("at_us", .integer(driver.now.nanoseconds / 1_000))])
        }
        return !keysyms.isEmpty
    }

    func tellProbe(isDamaged: Bool) {
        guard let finding = probe?.look(driver.peer.session.screen, isDamaged: isDamaged) else { return }
        reporter.event(
            "probe",
            [
                ("at_us", .integer(driver.now.nanoseconds / 1_000)), ("colour", .integer(Int64(finding.colour))),
                ("changed", .boolean(finding.isChanged)), ("exact", .boolean(finding.isExact)),
                ("bytes", .unsigned(driver.peer.session.figures.bytesReceived)),
            ])
    }
}
