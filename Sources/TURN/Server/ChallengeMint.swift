import STUN
import WireFormat

/// Makes a server's challenges ahead of the requests that will answer them, for whoever introduces its clients: their
/// first Allocate is authenticated then, one round trip earlier. It keeps nothing, and any thread may have a copy.
public struct ChallengeMint: Sendable {
    let nonces: NonceMint
    let realm: [UInt8]
    /// The registered numbers of the password algorithms in its challenges.
    public let algorithms: [UInt16]

    /// - Parameter ip: where the client is seen, over a connection that proves that it gets what is sent there. Seen
    ///   elsewhere by the relay, it gets another challenge (438, Stale Nonce).
    public func challenge(for ip: IPAddress, at now: Instant) -> Challenge {
        let nonce = nonces.nonce(for: .address(ip), at: now)
        return Challenge(realm: realm, nonce: nonce.span.copied(), algorithms: algorithms)
    }
}

extension Server {
    public var challengeMint: ChallengeMint {
        ChallengeMint(nonces: nonces, realm: realm, algorithms: configuration.passwordAlgorithms.map(\.rawValue))
    }
}
