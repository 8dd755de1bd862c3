import WireFormat

/// An answer of a NAT-PMP gateway (RFC 6886 sections 3.2 and 3.3).
enum NATPMPResponse {
    case address(result: UInt16, epochSeconds: UInt32, IPAddress)
    case map(
        opcode: UInt8, result: UInt16, epochSeconds: UInt32, internalPort: UInt16, externalPort: UInt16,
        lifetimeSeconds: UInt32)

    init(_ packet: Span<UInt8>) throws(MappingFailure) {
        do {
            var reader = ByteReader(packet)
            let version = try reader.readUInt8()
            let opcode = try reader.readUInt8()
            guard version == NATPMPMessage.version, opcode & NATPMPMessage.responseBit != 0 else { throw Truncated() }
            let result = try reader.readUInt16()
            let epoch = try reader.readUInt32()
            switch opcode & 0x7F {
            case NATPMPMessage.addressOpcode:
                // Section 3.5: an error may come without the rest.
                let bits = result == 0 ? try reader.readUInt32() : 0
                self = .address(result: result, epochSeconds: epoch, .v4(bits))
            case 1, 2:
                self = .map(
                    opcode: opcode & 0x7F, result: result, epochSeconds: epoch,
                    internalPort: try reader.readUInt16(), externalPort: try reader.readUInt16(),
                    lifetimeSeconds: try reader.readUInt32())
            default: throw Truncated()
            }
        } catch {
            throw .malformed
        }
    }
}
