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

    /// USERHASH, if it has its 32 bytes.
    public var userHash: Span<UInt8>? {
        @_lifetime(copy self)
        get {
            guard let value = value(.userHash), value.count == UserHash.size else { return nil }
            return value
        }
    }

    /// The known ones of PASSWORD-ALGORITHMS, in the sender's order.
    public var passwordAlgorithms: [PasswordAlgorithm]? {
        guard let value = value(.passwordAlgorithms) else { return nil }
        return PasswordAlgorithm.list(value)
    }

    /// PASSWORD-ALGORITHM, if we know it.
    public var passwordAlgorithm: PasswordAlgorithm? {
        guard let value = value(.passwordAlgorithm) else { return nil }
        return PasswordAlgorithm.list(value)?.first
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

    /// ALTERNATE-DOMAIN: a name of at most 255 bytes (RFC 8489 section 14.16).
    public var alternateDomain: String? {
        guard let attribute = first(.alternateDomain), (1...255).contains(attribute.value.count) else { return nil }
        return attribute.text
    }

    /// OTHER-ADDRESS: the server's other address and port (RFC 5780 section 7.4).
    public var otherAddress: TransportAddress? { first(.otherAddress)?.address }

    /// RESPONSE-ORIGIN: where the server sent the response from (RFC 5780 section 7.3).
    public var responseOrigin: TransportAddress? { first(.responseOrigin)?.address }

    /// RESPONSE-PORT: where on the client's address the answer is to go (RFC 5780 section 7.5); nil for port 0.
    public var responsePort: UInt16? {
        guard let value = value(.responsePort), value.count == 2 || value.count == 4 else { return nil }
        let port = UInt16(value[0]) << 8 | UInt16(value[1])
        return port == 0 ? nil : port
    }

    /// BEELINE-ALTERNATE-PORT of a server with one address.
    public var alternatePort: UInt16? {
        guard let value = first(.beelineAlternatePort)?.uint32, value >> 16 != 0 else { return nil }
        return UInt16(value >> 16)
    }

    /// CHANGE-REQUEST: which of its addresses and ports a server is to answer from (RFC 5780 section 7.2).
    public var changeRequest: ChangeRequest? {
        guard let bits = first(.changeRequest)?.uint32 else { return nil }
        return ChangeRequest(rawValue: bits)
    }

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
