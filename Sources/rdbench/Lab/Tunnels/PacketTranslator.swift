import NetworkSimulator
import WireFormat

/// The simulator's NAT applied to real packets: IPv4 with UDP or TCP. Everything else is dropped, as are fragments.
struct PacketTranslator: Sendable {
    private static let headerSize = 20
    /// Offset of the checksum after the start of the UDP or TCP header.
    private static let checksumOffsets: [UInt8: Int] = [17: 6, 6: 16]
    private static let sourceOffset = 12
    private static let destinationOffset = 16

    private var translator: Translator

    init(rules: TranslationRules, outside: IPAddress, seed: UInt64) {
        translator = Translator(rules: rules, seed: seed, externalAddresses: [outside])
    }

    /// Translates a packet from inside.
    ///
    /// - Parameter now: in nanoseconds.
    /// - Returns: whether it passes.
    mutating func outbound(_ packet: inout [UInt8], at now: Int64) -> Bool {
        guard let flow = Flow(packet) else { return false }
        guard
            case .passes(let outside) = translator.outbound(
                flow.transport, from: flow.source, to: flow.destination, at: now)
        else { return false }
        Self.rewrite(&packet, flow, outside, addressOffset: Self.sourceOffset, portOffset: 0)
        return true
    }

    /// Translates a packet from outside.
    mutating func inbound(_ packet: inout [UInt8], at now: Int64) -> Bool {
        guard let flow = Flow(packet) else { return false }
        guard
            case .passes(let inside) = translator.inbound(
                flow.transport, from: flow.source, to: flow.destination, at: now)
        else { return false }
        Self.rewrite(&packet, flow, inside, addressOffset: Self.destinationOffset, portOffset: 2)
        return true
    }

    /// Between whom a packet goes.
    private struct Flow {
        let transport: TransportProtocol
        let source: TransportAddress
        let destination: TransportAddress
        /// Where the UDP or TCP header begins.
        let payload: Int
        let checksum: Int

        init?(_ packet: [UInt8]) {
            guard packet.count >= headerSize, packet[0] >> 4 == 4 else { return nil }
            let payload = Int(packet[0] & 0x0F) * 4
            // Neither more fragments to come nor an offset.
            guard payload >= headerSize, packet[6] & 0x3F == 0, packet[7] == 0,
                let offset = checksumOffsets[packet[9]], packet.count >= payload + offset + 2
            else { return nil }
            transport = packet[9] == 17 ? .udp : .tcp
            self.payload = payload
            checksum = payload + offset
            source = TransportAddress(
                ip: PacketTranslator.address(packet, sourceOffset), port: PacketTranslator.word(packet, payload))
            destination = TransportAddress(
                ip: PacketTranslator.address(packet, destinationOffset),
                port: PacketTranslator.word(packet, payload + 2))
        }
    }

    static func word(_ packet: [UInt8], _ offset: Int) -> UInt16 {
        UInt16(packet[offset]) << 8 | UInt16(packet[offset + 1])
    }

    private static func address(_ packet: [UInt8], _ offset: Int) -> IPAddress {
        .v4(UInt32(word(packet, offset)) << 16 | UInt32(word(packet, offset + 2)))
    }

    private static func rewrite(
        _ packet: inout [UInt8], _ flow: Flow, _ address: TransportAddress, addressOffset: Int, portOffset: Int
    ) {
        guard case .v4(let bits) = address.ip else { return }
        // A UDP checksum of zero says that there is none (RFC 768).
        let isChecked = flow.transport == .tcp || word(packet, flow.checksum) != 0
        for (offset, half) in [(addressOffset, UInt16(bits >> 16)), (addressOffset + 2, UInt16(bits & 0xFFFF))] {
            replaceWord(&packet, offset, half, checksums: isChecked ? [10, flow.checksum] : [10])
        }
        replaceWord(&packet, flow.payload + portOffset, address.port, checksums: isChecked ? [flow.checksum] : [])
        if flow.transport == .udp, isChecked, word(packet, flow.checksum) == 0 {
            setWord(&packet, flow.checksum, 0xFFFF)
        }
    }

    /// Updates checksums as RFC 1624 section 3 does (equation 3): HC' = ~(~HC + ~m + m').
    private static func replaceWord(_ packet: inout [UInt8], _ offset: Int, _ new: UInt16, checksums: [Int]) {
        let old = word(packet, offset)
        setWord(&packet, offset, new)
        for place in checksums {
            var sum = UInt32(~word(packet, place)) + UInt32(~old) + UInt32(new)
            while sum > 0xFFFF { sum = (sum & 0xFFFF) + sum >> 16 }
            setWord(&packet, place, ~UInt16(sum))
        }
    }

    private static func setWord(_ packet: inout [UInt8], _ offset: Int, _ value: UInt16) {
        packet[offset] = UInt8(value >> 8)
        packet[offset + 1] = UInt8(value & 0xFF)
    }
}
