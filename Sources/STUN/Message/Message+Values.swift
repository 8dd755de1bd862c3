import WireFormat

/// The values that most receivers ask for: nil if the attribute is missing or malformed.
extension Message {
    /// XOR-MAPPED-ADDRESS, or MAPPED-ADDRESS of an old server.
    public var mappedAddress: TransportAddress? {
        if let attribute = first(.xorMappedAddress) { return attribute.xorAddress }
        return first(.mappedAddress)?.address
    }

    public var username: Span<UInt8>? {
        @_lifetime(copy self)
        get { value(.username) }
    }

    public var realm: Span<UInt8>? {
        @_lifetime(copy self)
        get { value(.realm) }
    }

    public var nonce: Span<UInt8>? {
        @_lifetime(copy self)
        get { value(.nonce) }
    }

    /// ERROR-CODE of an error response.
    public var errorCode: ErrorCode? { first(.errorCode)?.errorCode }

    /// The candidate's priority, were it discovered by this check (RFC 8445 section 7.1.1).
    public var priority: UInt32? { first(.priority)?.uint32 }

    /// The controlling agent nominates the pair that this check is for (RFC 8445 section 7.1.2).
    public var useCandidate: Bool { contains(.useCandidate) }

    /// The tie-breaker of an agent that believes itself controlling (RFC 8445 section 7.1.3).
    public var iceControlling: UInt64? { first(.iceControlling)?.uint64 }

    /// The tie-breaker of an agent that believes itself controlled.
    public var iceControlled: UInt64? { first(.iceControlled)?.uint64 }

    /// LIFETIME in seconds.
    public var lifetimeSeconds: UInt32? { first(.lifetime)?.uint32 }

    public var xorPeerAddress: TransportAddress? { first(.xorPeerAddress)?.xorAddress }

    public var xorRelayedAddress: TransportAddress? { first(.xorRelayedAddress)?.xorAddress }

    public var alternateServer: TransportAddress? { first(.alternateServer)?.address }

    /// CHANNEL-NUMBER: 16 bits in front of 16 reserved ones (RFC 8656 section 18.1).
    public var channelNumber: UInt16? {
        guard let value = first(.channelNumber)?.uint32 else { return nil }
        return UInt16(truncatingIfNeeded: value >> 16)
    }

    /// DATA's place in the message's bytes, so that its content can be handed on without a copy.
    public var dataRange: Range<Int>? {
        var offset = Header.size
        var cursor = attributes
        while let attribute = cursor.next() {
            let size = attribute.value.count
            if attribute.type == .data { return offset + 4..<offset + 4 + size }
            offset += 4 + (size + 3) & ~3
        }
        return nil
    }

    /// UNKNOWN-ATTRIBUTES of a 420 response.
    public var unknownAttributes: [AttributeType] {
        guard let value = value(.unknownAttributes) else { return [] }
        var reader = ByteReader(value)
        var types: [AttributeType] = []
        while let type = try? reader.readUInt16() { types.append(AttributeType(rawValue: type)) }
        return types
    }
}
