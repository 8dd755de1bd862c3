import WireFormat

/// A response from a PCP server (RFC 6887 sections 7.2 and 11.1).
struct PCPResponse {
    enum Body {
        case announce
        case map(nonce: PCPNonce, protocolNumber: UInt8, internalPort: UInt16, external: TransportAddress)
        /// Some other opcode, or an error without a MAP body.
        case other
    }

    /// 0 is success.
    var result: UInt8
    /// Of the mapping; or, in an error, for how long asking again is pointless.
    var lifetimeSeconds: UInt32
    var epochSeconds: UInt32
    var body: Body

    /// Section 7.4: UNSUPP_VERSION.
    static let unsupportedVersion: UInt8 = 1

    init(_ packet: Span<UInt8>) throws(MappingFailure) {
        guard packet.count >= PCPMessage.headerBytes, packet.count <= PCPMessage.maximumBytes,
            packet.count % 4 == 0
        else { throw .malformed }
        do {
            var reader = ByteReader(packet)
            let version = try reader.readUInt8()
            let opcode = try reader.readUInt8()
            guard version == PCPMessage.version, opcode & PCPMessage.responseBit != 0 else { throw Truncated() }
            try reader.skip(count: 1)
            result = try reader.readUInt8()
            lifetimeSeconds = try reader.readUInt32()
            epochSeconds = try reader.readUInt32()
            try reader.skip(count: 12)
            body = try Self.readBody(opcode & 0x7F, &reader)
        } catch {
            throw .malformed
        }
    }

    private static func readBody(_ opcode: UInt8, _ reader: inout ByteReader) throws(Truncated) -> Body {
        if opcode == PCPMessage.announceOpcode { return .announce }
        guard opcode == PCPMessage.mapOpcode, reader.remaining > 0 else { return .other }
        let nonce = PCPNonce(high: try reader.readUInt32(), low: try reader.readUInt64())
        let protocolNumber = try reader.readUInt8()
        try reader.skip(count: 3)
        let internalPort = try reader.readUInt16()
        let port = try reader.readUInt16()
        let ip = IPAddress.v6(high: try reader.readUInt64(), low: try reader.readUInt64()).unmapped
        return .map(
            nonce: nonce, protocolNumber: protocolNumber, internalPort: internalPort,
            external: TransportAddress(ip: ip, port: port))
    }
}
