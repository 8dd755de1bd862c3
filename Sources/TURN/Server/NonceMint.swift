import STUN
import WireFormat

/// Nonces that need no memory: the time they were made, and a code over it and the client's address.
///
/// The cookie of RFC 8489 section 9.2, and 20 hexadecimal digits: 4 bytes of seconds, 6 bytes of code. A nonce proves
/// that its user gets what is sent to its address; who would guess one needs 2^47 tries at the server, and gains only
/// what any real client has. A nonce that is handed out ahead, over another connection of the client, cannot know the
/// port that its request will come from: it is for the IP address, and proves as much of that.
struct NonceMint: Sendable {
    static let size = SecurityFeatures.cookieSize + 20

    private let secret: SharedSecret
    private let lifetimeSeconds: Int64
    private let cookie: [13 of UInt8]

    /// - Parameter key: 32 unpredictable bytes.
    init(key: [UInt8], lifetime: Interval, features: SecurityFeatures) {
        cookie = features.cookie
        secret = SharedSecret(key)
        lifetimeSeconds = max(1, lifetime.nanoseconds / 1_000_000_000)
    }

    /// Whom a nonce is for.
    enum Holder {
        case client(Path)
        /// Whoever gets what is sent there.
        case address(IPAddress)
    }

    /// A nonce for a client.
    func nonce(for client: Path, at now: Instant) -> [33 of UInt8] { nonce(for: .client(client), at: now) }

    func nonce(for holder: Holder, at now: Instant) -> [33 of UInt8] {
        nonce(for: holder, seconds: UInt32(truncatingIfNeeded: now.nanoseconds / 1_000_000_000))
    }

    /// Whether a nonce was made for this client, and not too long ago.
    func isValid(_ nonce: Span<UInt8>, for client: Path, at now: Instant) -> Bool {
        guard nonce.count == Self.size else { return false }
        var seconds: UInt32 = 0
        for index in 0..<8 {
            guard let digit = Self.value(nonce[SecurityFeatures.cookieSize + index]) else { return false }
            seconds = seconds << 4 | UInt32(digit)
        }
        let age = now.nanoseconds / 1_000_000_000 - Int64(seconds)
        guard (0..<lifetimeSeconds).contains(age) else { return false }
        return isSame(nonce, as: .client(client), seconds) || isSame(nonce, as: .address(client.remote.ip), seconds)
    }

    private func isSame(_ nonce: Span<UInt8>, as holder: Holder, _ seconds: UInt32) -> Bool {
        let expected = self.nonce(for: holder, seconds: seconds)
        var difference: UInt8 = 0
        for index in 0..<Self.size { difference |= nonce[index] ^ expected[index] }
        return difference == 0
    }

    private func nonce(for holder: Holder, seconds: UInt32) -> [33 of UInt8] {
        let code = secret.code(over: Self.material(holder, seconds).span)
        var nonce = [33 of UInt8](repeating: 0)
        let start = SecurityFeatures.cookieSize
        for index in 0..<start { nonce[index] = cookie[index] }
        for index in 0..<8 {
            nonce[start + index] = Self.digit(UInt8(truncatingIfNeeded: seconds >> UInt32(28 - index * 4)))
        }
        for index in 0..<6 {
            nonce[start + 8 + index * 2] = Self.digit(code[index] >> 4)
            nonce[start + 9 + index * 2] = Self.digit(code[index])
        }
        return nonce
    }

    /// What the code is over: 24 bytes.
    private static func material(_ holder: Holder, _ seconds: UInt32) -> [24 of UInt8] {
        var bytes = [24 of UInt8](repeating: 0)
        let ip: IPAddress
        switch holder {
        case .client(let path):
            ip = path.remote.ip
            bytes[20] = UInt8(truncatingIfNeeded: path.remote.port >> 8)
            bytes[21] = UInt8(truncatingIfNeeded: path.remote.port)
            bytes[22] = path.transport.rawValue
        case .address(let address):
            ip = address
            bytes[23] = 1
        }
        let (high, low): (UInt64, UInt64) =
            switch ip {
            case .v4(let bits): (0, 0xFFFF_0000_0000 | UInt64(bits))
            case .v6(let high, let low): (high, low)
            }
        for index in 0..<8 {
            bytes[index] = UInt8(truncatingIfNeeded: high >> UInt64(56 - index * 8))
            bytes[8 + index] = UInt8(truncatingIfNeeded: low >> UInt64(56 - index * 8))
        }
        for index in 0..<4 { bytes[16 + index] = UInt8(truncatingIfNeeded: seconds >> UInt32(24 - index * 8)) }
        return bytes
    }

    private static func digit(_ nibble: UInt8) -> UInt8 {
        let value = nibble & 15
        return value < 10 ? 0x30 + value : 0x61 + value - 10
    }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case 0x30...0x39: digit - 0x30
        case 0x61...0x66: digit - 0x61 + 10
        default: nil
        }
    }
}
