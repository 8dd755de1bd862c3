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

    /// - Parameters:
    ///   - user: whom the relay's records name: the session and its side, nobody's name.
    ///   - lifetime: how long the session may be, if a policy says so; it needs a path first.
    func credentials(
        for user: String, lifetime: Interval? = nil
    ) -> (username: String, password: String, lifetimeSeconds: UInt32) {
        let limit = lifetime.map { UInt32(clamping: $0.nanoseconds / 1_000_000_000 + PolicyDesk.patienceSeconds) }
        let seconds = min(limit ?? Self.lifetimeSeconds, Self.lifetimeSeconds)
        let expiry = Int64(Date().timeIntervalSince1970) + Int64(seconds)
        let username = "\(expiry):\(user)"
        return (username, secret.password(for: username), seconds)
    }

    private static let waitingPrefix = "waiting-"

    /// The user name of a host that waits at a venue.
    static func user(waitingAt venue: Venue) -> String {
        switch venue {
        case .room(let number): "\(waitingPrefix)room-\(number.value)"
        case .host(let host): "\(waitingPrefix)host-\(host)"
        }
    }

    /// Where such a user waits; nil for others.
    static func venue(ofUser user: String) -> Venue? {
        guard user.hasPrefix(waitingPrefix) else { return nil }
        let parts = user.dropFirst(waitingPrefix.count).split(separator: "-", maxSplits: 1)
        guard parts.count == 2 else { return nil }
        switch parts[0] {
        case "room": return UInt32(parts[1]).flatMap { RoomNumber($0) }.map { .room($0) }
        case "host": return HostIdentifier(bytes(ofHexadecimal: parts[1])).map { .host($0) }
        default: return nil
        }
    }

    private static func bytes(ofHexadecimal text: Substring) -> [UInt8] {
        let digits = text.compactMap(\.hexDigitValue)
        return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }

    /// The user name of one side of a session.
    static func user(of session: SessionIdentifier, side: RendezvousServer.Side) -> String {
        "\(session)-\(side == .host ? "host" : "viewer")"
    }
}
