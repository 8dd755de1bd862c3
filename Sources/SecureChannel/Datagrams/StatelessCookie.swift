import CSodium
import WireFormat

/// Proof that who sends from an address also receives there, without any state per sender (as WireGuard's cookies and
/// RFC 9147 section 5.1): a MAC of the address and of what was sent, under a secret that changes.
///
/// A host under load answers a first message on the path with a cookie, no longer than the message, and goes on only when
/// the message comes again with it.
public struct StatelessCookie: Sendable {
    /// The length of a cookie.
    public static let count = 16
    /// How long a secret makes cookies; it verifies for as long again. WireGuard's two minutes.
    public static let rotationInterval = Interval.seconds(120)

    private var random: SeededRandom
    private var current: SecretBytes
    private var previous: SecretBytes?
    private var rotatesAt: Instant

    /// - Parameter random: the source of the secrets, seeded with full entropy.
    public init(random: SeededRandom, now: Instant) {
        self.random = random
        current = SecretBytes(drawing: 32, from: &self.random)
        rotatesAt = now + Self.rotationInterval
    }

    /// When ``advance(to:)`` has something to do.
    public var nextDeadline: Instant { rotatesAt }

    /// Changes the secret when it is due.
    public mutating func advance(to now: Instant) {
        guard now >= rotatesAt else { return }
        // After a long sleep the present secret is as old as the one before it would be.
        previous = now - rotatesAt < Self.rotationInterval ? current : nil
        current = SecretBytes(drawing: 32, from: &random)
        rotatesAt = now + Self.rotationInterval
    }

    /// The cookie for a message from an address.
    public func make(for sender: TransportAddress, message: Span<UInt8>) -> [UInt8] {
        Self.cookie(current, sender, message).copied()
    }

    /// Whether this is the cookie that was made for the message from the address, up to two intervals ago.
    public func accepts(_ cookie: Span<UInt8>, from sender: TransportAddress, message: Span<UInt8>) -> Bool {
        if Self.cookie(current, sender, message).isEqual(to: cookie) { return true }
        return previous.map { Self.cookie($0, sender, message).isEqual(to: cookie) } ?? false
    }

    /// One of `count` places that an IPv4 address, or the network of an IPv6 address (64 bits), falls into, under the
    /// present secret.
    func slot(of ip: IPAddress, among count: Int) -> Int {
        let digest = HMACBlake2b.authenticate(key: current) { hasher in
            hasher.update(Array("slot".utf8))
            switch ip.unmapped {
            case .v4(let bits): hasher.update([UInt8](capacity: 4) { $0.append(bigEndian: bits) })
            case .v6(let high, _): hasher.update([UInt8](capacity: 8) { $0.append(bigEndian: high) })
            }
        }
        return (Int(digest.span[0]) << 8 | Int(digest.span[1])) % count
    }

    private static func cookie(
        _ secret: SecretBytes, _ sender: TransportAddress, _ message: Span<UInt8>
    ) -> SecretBytes {
        let digest = HMACBlake2b.authenticate(key: secret) { hasher in
            hasher.update(encoded(sender))
            hasher.update(message)
        }
        return digest.prefix(count)
    }

    private static func encoded(_ address: TransportAddress) -> [UInt8] {
        [UInt8](capacity: 19) { output in
            switch address.ip {
            case .v4(let bits):
                output.append(4)
                output.append(bigEndian: bits)
            case .v6(let high, let low):
                output.append(6)
                output.append(bigEndian: high)
                output.append(bigEndian: low)
            }
            output.append(bigEndian: address.port)
        }
    }
}
