import STUN
import WireFormat

/// A payload on its way through the server: where it goes, and what comes in front of it.
///
/// The payload stays in the datagram it came in, so a driver may send header, payload and padding from where they
/// are, or have them put together by `write`.
public struct Forward: Sendable {
    public let path: Path
    /// Where the payload stands in the datagram.
    public let payload: Range<Int>
    /// Zero bytes behind the payload.
    public let paddingSize: Int
    /// How many bytes of `header` count: none towards a peer, 4 or up to 48 towards a client.
    public private(set) var headerSize = 0
    public private(set) var header = [48 of UInt8](repeating: 0)

    /// Towards a peer: the payload alone.
    init(_ payload: Range<Int>, to path: Path) {
        self.path = path
        self.payload = payload
        paddingSize = 0
    }

    /// Towards a client, on a channel.
    init(_ payload: Range<Int>, to path: Path, channel: UInt16) {
        self.path = path
        self.payload = payload
        paddingSize = ChannelData.padding(size: payload.count, transport: path.transport)
        append(channel)
        append(UInt16(truncatingIfNeeded: payload.count))
    }

    /// Towards a client, as a Data indication (RFC 8656 section 11.3).
    init(_ payload: Range<Int>, to path: Path, from peer: TransportAddress, transaction: TransactionIdentifier) {
        self.path = path
        self.payload = payload
        paddingSize = (4 - payload.count % 4) % 4
        let addressSize = peer.ip.isIPv4 ? 8 : 20
        append(MessageType(.indication, .data).encoded)
        append(UInt16(truncatingIfNeeded: 4 + addressSize + 4 + payload.count + paddingSize))
        append(Header.magicCookie)
        append(transaction.high)
        append(transaction.low)
        append(AttributeType.xorPeerAddress.rawValue)
        append(UInt16(addressSize))
        append(UInt16(AddressFamily(of: peer.ip).rawValue))
        append(xored: peer, transaction)
        append(AttributeType.data.rawValue)
        append(UInt16(truncatingIfNeeded: payload.count))
    }

    /// Puts the packet together; false if it has no room, and then nothing is written.
    public func write(_ datagram: Span<UInt8>, into packet: inout OutputSpan<UInt8>) -> Bool {
        guard packet.freeCapacity >= headerSize + payload.count + paddingSize else { return false }
        packet.append(contentsOf: header.span.extracting(0..<headerSize))
        packet.append(contentsOf: datagram.extracting(payload))
        for _ in 0..<paddingSize { packet.append(0) }
        return true
    }

    private mutating func append<Value: FixedWidthInteger>(_ value: Value) {
        var shift = Value.bitWidth - 8
        while shift >= 0 {
            header[headerSize] = UInt8(truncatingIfNeeded: value >> Value(shift))
            headerSize += 1
            shift -= 8
        }
    }

    private mutating func append(xored peer: TransportAddress, _ transaction: TransactionIdentifier) {
        let hidden = peer.xored(with: transaction)
        append(hidden.port)
        switch hidden.ip {
        case .v4(let bits): append(bits)
        case .v6(let high, let low):
            append(high)
            append(low)
        }
    }
}
