import WireFormat

/// A candidate as it travels, sealed, through signaling: 15 bytes for IPv4, 27 for IPv6.
///
///     1 byte    kind (bits 0-1), transport (bits 2-3), IPv6 (bit 4), TCP type (bits 5-6, of TCP only); bit 7 zero
///     4 bytes   priority
///     4 bytes   foundation
///     4 or 16   address
///     2 bytes   port
extension Candidate {
    /// The most bytes that one candidate takes.
    public static let maximumWireSize = 27

    /// The bytes that `write(into:)` appends.
    public var wireSize: Int { address.ip.isIPv4 ? 15 : 27 }

    /// - Precondition: `output` has `wireSize` bytes free.
    public func write(into output: inout OutputSpan<UInt8>) {
        let family: UInt8 = address.ip.isIPv4 ? 0 : 0x10
        output.append(kind.rawValue | transport.rawValue << 2 | family | (tcpType?.rawValue ?? 0) << 5)
        output.append(bigEndian: priority)
        output.append(bigEndian: foundation)
        switch address.ip {
        case .v4(let bits): output.append(bigEndian: bits)
        case .v6(let high, let low):
            output.append(bigEndian: high)
            output.append(bigEndian: low)
        }
        output.append(bigEndian: address.port)
    }

    /// Reads one candidate.
    ///
    /// - Throws: `MalformedCandidate` for a short field, an unknown kind or transport, a set reserved bit, a TCP type of another transport, port 0,
    ///   or an address that nothing can be sent to.
    public init(from reader: inout ByteReader) throws(MalformedCandidate) {
        do {
            let head = try reader.readUInt8()
            let priority = try reader.readUInt32()
            let foundation = try reader.readUInt32()
            let ip: IPAddress
            if head & 0x10 == 0 {
                ip = .v4(try reader.readUInt32())
            } else {
                ip = .v6(high: try reader.readUInt64(), low: try reader.readUInt64())
            }
            let address = TransportAddress(ip: ip, port: try reader.readUInt16())
            let tcpType = TCPType(rawValue: head >> 5 & 3)
            guard head & 0x80 == 0, let kind = CandidateKind(rawValue: head & 3),
                let transport = TransportProtocol(rawValue: head >> 2 & 3), address.isUnicast,
                transport == .tcp || tcpType == nil
            else { throw MalformedCandidate() }
            self.init(
                kind: kind, transport: transport, address: address, priority: priority, foundation: foundation,
                tcpType: tcpType)
        } catch {
            throw MalformedCandidate()
        }
    }
}

/// Bytes that are not a candidate.
public struct MalformedCandidate: Error, Equatable {
    public init() {}
}

extension TransportAddress {
    /// Whether a datagram can be sent here at all and reaches one machine.
    var isUnicast: Bool { port != 0 && !ip.isUnspecified && !ip.isMulticast && !ip.isBroadcast }
}
