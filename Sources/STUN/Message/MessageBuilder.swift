import WireFormat

/// Writes one message into a packet that the caller owns.
///
///     var message = MessageBuilder(.request, .binding, transaction: identifier, into: &packet)
///     message.add(.priority, priority, to: &packet)
///     message.addIntegrity(key, to: &packet)
///     message.addFingerprint(to: &packet)
///     guard message.finish(&packet) else { ... }
///
/// The length field is right after every step. An attribute for which the packet has no room is left out, and
/// `finish` then takes the whole message back, since values that a server chose (realm, nonce) may be long.
public struct MessageBuilder {
    /// Where in the packet the message starts.
    public let start: Int
    public let transaction: TransactionIdentifier
    /// Whether everything so far found room.
    public private(set) var fits: Bool

    /// Starts a message at the end of what the packet holds.
    public init(
        _ messageClass: MessageClass, _ method: Method, transaction: TransactionIdentifier,
        into packet: inout OutputSpan<UInt8>
    ) {
        start = packet.count
        self.transaction = transaction
        fits = packet.freeCapacity >= Header.size
        guard fits else { return }
        packet.append(bigEndian: MessageType(messageClass, method).encoded)
        packet.append(bigEndian: UInt16(0))
        packet.append(bigEndian: Header.magicCookie)
        packet.append(bigEndian: transaction.high)
        packet.append(bigEndian: transaction.low)
    }

    /// An attribute of raw bytes, padded with zeros to a multiple of four (RFC 8489 section 14).
    public mutating func add(_ type: AttributeType, _ value: Span<UInt8>, to packet: inout OutputSpan<UInt8>) {
        guard open(type, size: value.count, in: &packet) else { return }
        packet.append(contentsOf: value)
        close(size: value.count, in: &packet)
    }

    /// An attribute without a value, such as USE-CANDIDATE or DONT-FRAGMENT.
    public mutating func add(_ type: AttributeType, to packet: inout OutputSpan<UInt8>) {
        if open(type, size: 0, in: &packet) { close(size: 0, in: &packet) }
    }

    public mutating func add(_ type: AttributeType, _ value: UInt32, to packet: inout OutputSpan<UInt8>) {
        guard open(type, size: 4, in: &packet) else { return }
        packet.append(bigEndian: value)
        close(size: 4, in: &packet)
    }

    public mutating func add(_ type: AttributeType, _ value: UInt64, to packet: inout OutputSpan<UInt8>) {
        guard open(type, size: 8, in: &packet) else { return }
        packet.append(bigEndian: value)
        close(size: 8, in: &packet)
    }

    /// Text, such as SOFTWARE: its UTF-8 bytes.
    public mutating func add(_ type: AttributeType, _ text: String, to packet: inout OutputSpan<UInt8>) {
        let size = text.utf8.count
        guard open(type, size: size, in: &packet) else { return }
        for byte in text.utf8 { packet.append(byte) }
        close(size: size, in: &packet)
    }

    /// A plain address, such as ALTERNATE-SERVER (RFC 8489 section 14.1).
    public mutating func add(
        _ type: AttributeType, address: TransportAddress, to packet: inout OutputSpan<UInt8>
    ) {
        let size = address.ip.isIPv4 ? 8 : 20
        guard open(type, size: size, in: &packet) else { return }
        packet.append(bigEndian: UInt16(AddressFamily(of: address.ip).rawValue))
        packet.append(bigEndian: address.port)
        switch address.ip {
        case .v4(let bits): packet.append(bigEndian: bits)
        case .v6(let high, let low):
            packet.append(bigEndian: high)
            packet.append(bigEndian: low)
        }
        close(size: size, in: &packet)
    }

    /// An address hidden from NATs that rewrite what looks like one, such as XOR-MAPPED-ADDRESS (section 14.2).
    public mutating func add(
        _ type: AttributeType, xorAddress address: TransportAddress, to packet: inout OutputSpan<UInt8>
    ) {
        add(type, address: address.xored(with: transaction), to: &packet)
    }

    /// A byte in front of three reserved ones, such as REQUESTED-TRANSPORT or REQUESTED-ADDRESS-FAMILY.
    public mutating func add(_ type: AttributeType, leading byte: UInt8, to packet: inout OutputSpan<UInt8>) {
        add(type, UInt32(byte) << 24, to: &packet)
    }

    /// EVEN-PORT, one byte: whether the next higher port is to be reserved too (RFC 8656 section 18.7).
    public mutating func addEvenPort(reserveNext: Bool, to packet: inout OutputSpan<UInt8>) {
        guard open(.evenPort, size: 1, in: &packet) else { return }
        packet.append(reserveNext ? 0x80 : 0)
        close(size: 1, in: &packet)
    }

    /// CHANNEL-NUMBER (RFC 8656 section 18.1).
    public mutating func addChannelNumber(_ number: UInt16, to packet: inout OutputSpan<UInt8>) {
        add(.channelNumber, UInt32(number) << 16, to: &packet)
    }

    /// ERROR-CODE (RFC 8489 section 14.8), with the recommended reason phrase unless every byte counts.
    public mutating func add(
        _ error: ErrorCode, withReason: Bool = true, to packet: inout OutputSpan<UInt8>
    ) {
        let reason: StaticString = withReason ? error.reason : ""
        let size = 4 + reason.utf8CodeUnitCount
        guard open(.errorCode, size: size, in: &packet) else { return }
        packet.append(bigEndian: UInt32(error.rawValue / 100) << 8 | UInt32(error.rawValue % 100))
        reason.withUTF8Buffer { text in
            for index in text.indices { unsafe packet.append(text[index]) }
        }
        close(size: size, in: &packet)
    }

    /// PASSWORD-ALGORITHMS, or PASSWORD-ALGORITHM with one of them (RFC 8489 sections 14.11 and 14.12).
    public mutating func add(
        _ type: AttributeType, _ algorithms: [PasswordAlgorithm], to packet: inout OutputSpan<UInt8>
    ) {
        guard open(type, size: algorithms.count * 4, in: &packet) else { return }
        for algorithm in algorithms { packet.append(bigEndian: UInt32(algorithm.rawValue) << 16) }
        close(size: algorithms.count * 4, in: &packet)
    }

    /// UNKNOWN-ATTRIBUTES (RFC 8489 section 14.9).
    public mutating func add(unknown types: [AttributeType], to packet: inout OutputSpan<UInt8>) {
        guard open(.unknownAttributes, size: types.count * 2, in: &packet) else { return }
        for type in types { packet.append(bigEndian: type.rawValue) }
        close(size: types.count * 2, in: &packet)
    }

    /// What a Binding request to a server is padded to in front of its fingerprint: the size of an answer that tells
    /// an IPv6 address. Servers that never send more than they got can answer it then.
    public static var answerableBindingSize: Int { 44 }

    /// Adds zeros in an attribute of their own until the message has at least `size` bytes; what follows comes on top.
    public mutating func pad(
        toSize size: Int, with type: AttributeType = .beelinePadding, in packet: inout OutputSpan<UInt8>
    ) {
        let missing = size - (packet.count - start) - 4
        guard missing > -4 else { return }
        let count = (max(0, missing) + 3) & ~3
        guard open(type, size: count, in: &packet) else { return }
        for _ in 0..<count { packet.append(0) }
        close(size: count, in: &packet)
    }

    /// Ends the message; false if it found no room, and then the packet is as it was before the message.
    public mutating func finish(_ packet: inout OutputSpan<UInt8>) -> Bool {
        if !fits { packet.removeLast(packet.count - start) }
        return fits
    }

    /// Writes an attribute's header if the whole attribute has room.
    mutating func open(_ type: AttributeType, size: Int, in packet: inout OutputSpan<UInt8>) -> Bool {
        let padded = 4 + (size + 3) & ~3
        guard fits, packet.freeCapacity >= padded, packet.count - start + padded - Header.size <= 0xFFFF else {
            fits = false
            return false
        }
        packet.append(bigEndian: type.rawValue)
        packet.append(bigEndian: UInt16(size))
        return true
    }

    /// Pads an attribute and brings the length field up to date.
    mutating func close(size: Int, in packet: inout OutputSpan<UInt8>) {
        for _ in size..<(size + 3) & ~3 { packet.append(0) }
        packet.replace(at: start + 2, bigEndian: UInt16(packet.count - start - Header.size))
    }
}
