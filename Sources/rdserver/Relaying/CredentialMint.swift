import Foundation
import Rendezvous
import STUN
import WireFormat

/// Makes TURN credentials that expire, in the scheme that coturn calls `use-auth-secret`: whoever runs coturn with the
/// same secret can stand in for our relay.
struct CredentialMint: Sendable {
    /// How long a session's credentials can make allocations. One that exists may be refreshed beyond it.
    static let lifetimeSeconds: UInt32 = 24 * 3_600

    let secret: SharedSecret

    init(secret: [UInt8]) { self.secret = SharedSecret(secret) }

    /// - Parameter user: whom the relay's records name: the session and its side, nobody's name.
    func credentials(for user: String) -> (username: String, password: String) {
        let expiry = Int64(Date().timeIntervalSince1970) + Int64(Self.lifetimeSeconds)
        let username = "\(expiry):\(user)"
        return (username, secret.password(for: username))
    }

    /// The user name of one side of a session.
    static func user(of session: SessionIdentifier, side: RendezvousServer.Side) -> String {
        "\(session)-\(side == .host ? "host" : "viewer")"
    }
}
