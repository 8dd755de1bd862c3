import PeerSession
import Rendezvous
import SecureChannel

/// What is different where the server has a policy.
extension ViewerProgram {
    func tellIdentified(_ key: PublicKey?) {
        reporter.event("identified", [("host_id", key.map { .string("\($0)") } ?? .null)])
        if let key {
            reporter.say("The server's policy asks who comes; it was told this machine's HOST-ID, \(key).")
        } else {
            reporter.say("The server's policy asks who comes; it was not told.")
        }
    }

    /// Why there is no path, where the policy has a part in it.
    var policyDetail: (name: String, text: String)? {
        guard terms.way == .directOnly else { return nil }
        return (
            "no-direct-path",
            "No direct path to the host was found, and the server's policy allows no relay for this session."
        )
    }
}
