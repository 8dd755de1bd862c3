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
    private let salt: UInt64

    /// - Parameter salt: any number of this process alone.
    init(secret: [UInt8], salt: UInt64) {
        self.secret = SharedSecret(secret)
        self.salt = salt
    }

    /// - Parameters:
    ///   - user: whom the relay's records name: the session and its side, nobody's name.
    ///   - lifetime: how long the session may be, if a policy says so; it needs a path first.
    func credentials(
        for user: String, lifetime: Interval? = nil
    ) -> (username: String, password: String, lifetimeSeconds: UInt32) {
        let limit = lifetime.map {
            UInt32(clamping: ($0 + RendezvousServer.permitPatience).nanoseconds / 1_000_000_000)
        }
        let seconds = min(limit ?? Self.lifetimeSeconds, Self.lifetimeSeconds)
        let expiry = Int64(Date().timeIntervalSince1970) + Int64(seconds)
        let username = "\(expiry):\(user)"
        return (username, secret.password(for: username), seconds)
    }

    private static let waitingPrefix = "waiting-"

    /// The user name of a host that waits at a venue.
    ///
    /// A room's number is somebody else's later, and credentials last a day: whoever had it before must not hold the
    /// allocations of who has it now.
    func user(waitingAt venue: Venue, on connection: ConnectionIdentifier) -> String {
        switch venue {
        case .room(let number):
            "\(Self.waitingPrefix)room-\(number.value)-\(String(salt &+ connection.value, radix: 16))"
        case .host(let host): "\(Self.waitingPrefix)host-\(host)"
        }
    }

    /// Where such a user waits; nil for others.
    static func venue(ofUser user: String) -> Venue? {
        guard user.hasPrefix(waitingPrefix) else { return nil }
        let parts = user.dropFirst(waitingPrefix.count).split(separator: "-")
        guard parts.count >= 2 else { return nil }
        switch parts[0] {
        case "room": return UInt32(parts[1]).flatMap { RoomNumber($0) }.map { .room($0) }
        case "host": return HostIdentifier(hexadecimal: parts[1]).map { .host($0) }
        default: return nil
        }
    }

    /// The user name of one side of a session.
    static func user(of session: SessionIdentifier, side: RendezvousServer.Side) -> String {
        "\(session)-\(side == .host ? "host" : "viewer")"
    }
}
