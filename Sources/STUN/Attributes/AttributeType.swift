/// The 16 bits that name an attribute (RFC 8489 section 18.3, RFC 8656 section 18, RFC 8445 section 16.1).
@frozen
public struct AttributeType: RawRepresentable, Hashable, Sendable {
    public let rawValue: UInt16

    @inlinable
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// Whether a receiver that does not know the attribute must refuse the message (RFC 8489 section 14).
    @inlinable
    public var isComprehensionRequired: Bool { rawValue < 0x8000 }
}

/// RFC 8489.
extension AttributeType {
    @inlinable
    public static var mappedAddress: AttributeType { AttributeType(rawValue: 0x0001) }
    @inlinable
    public static var username: AttributeType { AttributeType(rawValue: 0x0006) }
    @inlinable
    public static var messageIntegrity: AttributeType { AttributeType(rawValue: 0x0008) }
    @inlinable
    public static var errorCode: AttributeType { AttributeType(rawValue: 0x0009) }
    @inlinable
    public static var unknownAttributes: AttributeType { AttributeType(rawValue: 0x000A) }
    @inlinable
    public static var realm: AttributeType { AttributeType(rawValue: 0x0014) }
    @inlinable
    public static var nonce: AttributeType { AttributeType(rawValue: 0x0015) }
    @inlinable
    public static var messageIntegritySHA256: AttributeType { AttributeType(rawValue: 0x001C) }
    @inlinable
    public static var passwordAlgorithm: AttributeType { AttributeType(rawValue: 0x001D) }
    @inlinable
    public static var userHash: AttributeType { AttributeType(rawValue: 0x001E) }
    @inlinable
    public static var xorMappedAddress: AttributeType { AttributeType(rawValue: 0x0020) }
    @inlinable
    public static var passwordAlgorithms: AttributeType { AttributeType(rawValue: 0x8002) }
    @inlinable
    public static var alternateDomain: AttributeType { AttributeType(rawValue: 0x8003) }
    @inlinable
    public static var software: AttributeType { AttributeType(rawValue: 0x8022) }
    @inlinable
    public static var alternateServer: AttributeType { AttributeType(rawValue: 0x8023) }
    @inlinable
    public static var fingerprint: AttributeType { AttributeType(rawValue: 0x8028) }
}

/// RFC 8656 and RFC 8016.
extension AttributeType {
    @inlinable
    public static var channelNumber: AttributeType { AttributeType(rawValue: 0x000C) }
    @inlinable
    public static var lifetime: AttributeType { AttributeType(rawValue: 0x000D) }
    @inlinable
    public static var xorPeerAddress: AttributeType { AttributeType(rawValue: 0x0012) }
    @inlinable
    public static var data: AttributeType { AttributeType(rawValue: 0x0013) }
    @inlinable
    public static var xorRelayedAddress: AttributeType { AttributeType(rawValue: 0x0016) }
    @inlinable
    public static var requestedAddressFamily: AttributeType { AttributeType(rawValue: 0x0017) }
    @inlinable
    public static var evenPort: AttributeType { AttributeType(rawValue: 0x0018) }
    @inlinable
    public static var requestedTransport: AttributeType { AttributeType(rawValue: 0x0019) }
    @inlinable
    public static var dontFragment: AttributeType { AttributeType(rawValue: 0x001A) }
    @inlinable
    public static var reservationToken: AttributeType { AttributeType(rawValue: 0x0022) }
    @inlinable
    public static var additionalAddressFamily: AttributeType { AttributeType(rawValue: 0x8000) }
    @inlinable
    public static var addressErrorCode: AttributeType { AttributeType(rawValue: 0x8001) }
    @inlinable
    public static var icmp: AttributeType { AttributeType(rawValue: 0x8004) }
    @inlinable
    public static var mobilityTicket: AttributeType { AttributeType(rawValue: 0x8030) }
}

/// RFC 8445 and RFC 5780.
extension AttributeType {
    @inlinable
    public static var changeRequest: AttributeType { AttributeType(rawValue: 0x0003) }
    @inlinable
    public static var priority: AttributeType { AttributeType(rawValue: 0x0024) }
    @inlinable
    public static var useCandidate: AttributeType { AttributeType(rawValue: 0x0025) }
    @inlinable
    public static var padding: AttributeType { AttributeType(rawValue: 0x0026) }
    @inlinable
    public static var responsePort: AttributeType { AttributeType(rawValue: 0x0027) }
    @inlinable
    public static var iceControlled: AttributeType { AttributeType(rawValue: 0x8029) }
    @inlinable
    public static var iceControlling: AttributeType { AttributeType(rawValue: 0x802A) }
    @inlinable
    public static var responseOrigin: AttributeType { AttributeType(rawValue: 0x802B) }
    @inlinable
    public static var otherAddress: AttributeType { AttributeType(rawValue: 0x802C) }
}

/// This project's own, from the comprehension-optional range that is free for first-come registration.
extension AttributeType {
    /// Says that no path works for the sender of a check, and counts these checks: 32 bits.
    @inlinable
    public static var beelineRevival: AttributeType { AttributeType(rawValue: 0xC0BB) }
    /// The other port of a server with one address, which RFC 5780 has no attribute for: 16 bits in front of 16 zeros.
    @inlinable
    public static var beelineAlternatePort: AttributeType { AttributeType(rawValue: 0xC0BC) }
    /// Zeros that make a request as long as its answer, so that a server which never answers with more bytes than it
    /// got can answer. Unlike PADDING (RFC 5780) any server may ignore it.
    @inlinable
    public static var beelinePadding: AttributeType { AttributeType(rawValue: 0xC0BD) }
    /// A piece of the handshake, riding in a connectivity check.
    @inlinable
    public static var beelineData: AttributeType { AttributeType(rawValue: 0xC0BE) }
    /// Counts the controlling agent's nominations, so that a later one overrides an earlier one: 32 bits.
    @inlinable
    public static var beelineNomination: AttributeType { AttributeType(rawValue: 0xC0BF) }
}
