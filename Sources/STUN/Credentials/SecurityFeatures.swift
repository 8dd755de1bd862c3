import WireFormat

/// What a server says of itself at the front of its nonces, where nobody between can change it unnoticed
/// (RFC 8489 sections 9.2 and 18.1): the "nonce cookie".
///
/// Bits are counted from the least significant, as verified erratum 6290 corrects section 18.1; the nonce of appendix
/// B.1, whose sender hides its name, agrees.
@frozen
public struct SecurityFeatures: OptionSet, Hashable, Sendable {
    public let rawValue: UInt32

    /// - Parameter rawValue: 24 bits.
    @inlinable
    public init(rawValue: UInt32) { self.rawValue = rawValue & 0xFF_FFFF }

    /// The server's challenges list PASSWORD-ALGORITHMS: one without was tampered with.
    @inlinable
    public static var passwordAlgorithms: SecurityFeatures { SecurityFeatures(rawValue: 1) }
    /// The client is to name itself by USERHASH.
    @inlinable
    public static var usernameAnonymity: SecurityFeatures { SecurityFeatures(rawValue: 2) }

    /// The bytes of the cookie: "obMatJos2" and the 24 bits in base64.
    @inlinable
    public static var cookieSize: Int { 13 }

    /// The fixed part of the cookie (RFC 8489 section 9.2).
    private static var opening: [9 of UInt8] { [0x6F, 0x62, 0x4D, 0x61, 0x74, 0x4A, 0x6F, 0x73, 0x32] }

    /// What a nonce says; nil if it starts with no cookie, as those of servers before RFC 8489.
    public init?(nonce: Span<UInt8>) {
        guard nonce.count >= Self.cookieSize, Self.opening.span.elementsEqual(nonce.extracting(first: 9)) else {
            return nil
        }
        var bits: UInt32 = 0
        for index in 9..<Self.cookieSize {
            guard let value = Base64.value(nonce[index]) else { return nil }
            bits = bits << 6 | value
        }
        self.init(rawValue: bits)
    }

    /// What a nonce of a server with these features starts with.
    public var cookie: [13 of UInt8] {
        var cookie = [13 of UInt8](repeating: 0)
        for index in 0..<9 { cookie[index] = Self.opening[index] }
        for index in 0..<4 { cookie[9 + index] = Base64.letter(rawValue >> UInt32(18 - index * 6)) }
        return cookie
    }
}
