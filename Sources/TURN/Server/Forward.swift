import STUN
import WireFormat

/// A payload on its way through the server: where it goes, and what comes in front of it.
///
/// The payload stays in the datagram it came in until `write` puts the packet together.
public struct Forward: Sendable {
    private enum Framing: Sendable {
        /// Towards a peer: the payload alone.
        case none
        case channel(UInt16)
        /// A Data indication (RFC 8656 section 11.3).
        case indication(from: TransportAddress, TransactionIdentifier)
    }

    public let path: Path
    /// Where the payload stands in the datagram.
    public let payload: Range<Int>
    private let framing: Framing

    /// Towards a peer: the payload alone.
    init(_ payload: Range<Int>, to path: Path) {
        self.path = path
        self.payload = payload
        framing = .none
    }

    /// Towards a client, on a channel.
    init(_ payload: Range<Int>, to path: Path, channel: UInt16) {
        self.path = path
        self.payload = payload
        framing = .channel(channel)
    }

    /// Towards a client, as a Data indication.
    init(_ payload: Range<Int>, to path: Path, from peer: TransportAddress, transaction: TransactionIdentifier) {
        self.path = path
        self.payload = payload
        framing = .indication(from: peer, transaction)
    }

    /// Puts the packet together; false if it has no room, and then nothing is written.
    public func write(_ datagram: Span<UInt8>, into packet: inout OutputSpan<UInt8>) -> Bool {
        switch framing {
        case .none:
            guard packet.freeCapacity >= payload.count else { return false }
            packet.append(contentsOf: datagram.extracting(payload))
        case .channel(let number):
            let padding = ChannelData.padding(size: payload.count, transport: path.transport)
            guard packet.freeCapacity >= ChannelData.headerSize + payload.count + padding,
                let header = ChannelData.header(channel: number, size: payload.count)
            else { return false }
            packet.append(bigEndian: header)
            packet.append(contentsOf: datagram.extracting(payload))
            for _ in 0..<padding { packet.append(0) }
        case .indication(let peer, let transaction):
            return writeIndication(datagram, from: peer, transaction, into: &packet)
        }
        return true
    }

    private func writeIndication(
        _ datagram: Span<UInt8>, from peer: TransportAddress, _ transaction: TransactionIdentifier,
        into packet: inout OutputSpan<UInt8>
    ) -> Bool {
        let addressSize = peer.ip.isIPv4 ? 8 : 20
        let padding = (4 - payload.count % 4) % 4
        // Two attributes, each with four bytes in front of its value.
        let size = 4 + addressSize + 4 + payload.count + padding
        guard let length = UInt16(exactly: size), packet.freeCapacity >= Header.size + size else { return false }
        packet.append(bigEndian: MessageType(.indication, .data).encoded)
        packet.append(bigEndian: length)
        packet.append(bigEndian: Header.magicCookie)
        packet.append(bigEndian: transaction.high)
        packet.append(bigEndian: transaction.low)
        packet.append(bigEndian: AttributeType.xorPeerAddress.rawValue)
        packet.append(bigEndian: UInt16(addressSize))
        packet.append(bigEndian: UInt16(AddressFamily(of: peer.ip).rawValue))
        let hidden = peer.xored(with: transaction)
        packet.append(bigEndian: hidden.port)
        switch hidden.ip {
        case .v4(let bits): packet.append(bigEndian: bits)
        case .v6(let high, let low):
            packet.append(bigEndian: high)
            packet.append(bigEndian: low)
        }
        packet.append(bigEndian: AttributeType.data.rawValue)
        packet.append(bigEndian: UInt16(truncatingIfNeeded: payload.count))
        packet.append(contentsOf: datagram.extracting(payload))
        for _ in 0..<padding { packet.append(0) }
        return true
    }
}
