import WireFormat

/// One attribute of a received message, its value still in the datagram.
///
/// The decoding properties return nil if the value does not have the form that they ask for.
public struct Attribute: ~Escapable {
    public let type: AttributeType
    /// The value without its padding.
    public let value: Span<UInt8>

    private let transaction: TransactionIdentifier

    @_lifetime(copy value)
    init(type: AttributeType, value: Span<UInt8>, transaction: TransactionIdentifier) {
        self.type = type
        self.value = value
        self.transaction = transaction
    }

    /// The value as an 8-bit field in front of reserved ones, such as REQUESTED-TRANSPORT or EVEN-PORT.
    public var firstByte: UInt8? { value.count > 0 ? value[0] : nil }

    /// The value as a 32-bit integer, such as PRIORITY or LIFETIME.
    public var uint32: UInt32? {
        guard value.count == 4 else { return nil }
        var reader = ByteReader(value)
        return try? reader.readUInt32()
    }

    /// The value as a 64-bit integer, such as ICE-CONTROLLING or RESERVATION-TOKEN.
    public var uint64: UInt64? {
        guard value.count == 8 else { return nil }
        var reader = ByteReader(value)
        return try? reader.readUInt64()
    }

    /// The value as a plain address, such as MAPPED-ADDRESS or ALTERNATE-SERVER (RFC 8489 section 14.1).
    public var address: TransportAddress? {
        guard value.count == 8 || value.count == 20 else { return nil }
        var reader = ByteReader(value)
        guard let family = try? reader.readUInt16(), let port = try? reader.readUInt16() else { return nil }
        switch (UInt8(truncatingIfNeeded: family), value.count) {
        case (AddressFamily.ipv4.rawValue, 8):
            guard let bits = try? reader.readUInt32() else { return nil }
            return TransportAddress(ip: .v4(bits), port: port)
        case (AddressFamily.ipv6.rawValue, 20):
            guard let high = try? reader.readUInt64(), let low = try? reader.readUInt64() else { return nil }
            return TransportAddress(ip: .v6(high: high, low: low), port: port)
        default: return nil
        }
    }

    /// The value as an address hidden from meddling NATs, such as XOR-MAPPED-ADDRESS (RFC 8489 section 14.2).
    public var xorAddress: TransportAddress? { address?.xored(with: transaction) }

    /// The value as an error code (RFC 8489 section 14.8); nil outside 300 to 699.
    public var errorCode: ErrorCode? {
        guard value.count >= 4 else { return nil }
        let (hundreds, number) = (UInt16(value[2] & 7), UInt16(value[3]))
        guard (3...6).contains(hundreds), number < 100 else { return nil }
        return ErrorCode(rawValue: hundreds * 100 + number)
    }

    /// The value as text, such as REALM or SOFTWARE: a copy. Malformed UTF-8 becomes replacement characters.
    public var text: String { String(decoding: value.copied(), as: UTF8.self) }
}
