import PeerSession
import SecureChannel

/// What is different when no server stands between.
extension ViewerProgram {
    /// The host at this address has proven its key: next time the address alone will do.
    func rememberHost() {
        guard case .path(let host, _, let key) = settings.target else { return }
        do { try KnownHosts.remember(key, of: host) } catch { reporter.warn("The host is not remembered: \(error)") }
    }

    /// Why nothing came of going to the host's address, as far as can be known.
    func pathDetail(_ end: SessionEnd) -> (name: String, text: String)? {
        guard end == .timedOut, case .path(let host, _, let key) = settings.target else { return nil }
        switch driver.peer.pathHint {
        case nil:
            return (
                "no-answer",
                "Nothing answers at \(host.name), UDP port \(host.port). Does `rdpeer host --unattended --listen \(host.port)` run "
                    + "there, and does the firewall let that port in?"
            )
        case .otherKey:
            return (
                "other-key",
                "What answers at \(host) is not the machine with HOST-ID \(key). Is the address right? If that machine has a "
                    + "new identity, ask its user for the HOST-ID that rdpeer host shows there, and name it: "
                    + "rdpeer view HOST-ID@\(host). Without asking, assume that somebody else answers."
            )
        case .otherVersion(let version):
            return (
                "other-version",
                "What answers at \(host) speaks version \(version) of the protocol, and this machine "
                    + "\(Prologue.currentVersion). Use the same version of rdpeer on both."
            )
        }
    }
}
