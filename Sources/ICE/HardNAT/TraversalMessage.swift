import WireFormat

/// What two agents tell each other to get through hard NATs, over the path that they have; authenticated by that path.
///
///     report  1, mapping, step (2 bytes), IPv4 address (4), port (2)
///     ready   2, attempt, port (2)
package enum TraversalMessage: Hashable, Sendable {
    case report(NATReport)
    /// The many sockets of this attempt (1 to 3) have opened their NAT, or will with the ports after this one.
    case ready(attempt: UInt8, port: UInt16)

    package var encoded: [UInt8] {
        [UInt8](capacity: 10) { output in
            switch self {
            case .report(let report):
                output.append(1)
                output.append(report.mapping.rawValue)
                output.append(bigEndian: report.step)
                if case .v4(let bits) = report.address.ip {
                    output.append(bigEndian: bits)
                } else {
                    output.append(bigEndian: UInt32(0))
                }
                output.append(bigEndian: report.address.port)
            case .ready(let attempt, let port):
                output.append(2)
                output.append(attempt)
                output.append(bigEndian: port)
            }
        }
    }

    /// - Returns: nil for anything that is not exactly one message.
    package init?(decoding bytes: Span<UInt8>) {
        var reader = ByteReader(bytes)
        guard let message = try? Self.read(from: &reader), reader.remaining == 0 else { return nil }
        self = message
    }

    init(_ report: NATReport) { self = .report(report) }

    private static func read(from reader: inout ByteReader) throws(Truncated) -> TraversalMessage? {
        switch try reader.readUInt8() {
        case 1:
            let mapping = NATReport.Mapping(rawValue: try reader.readUInt8())
            let step = try reader.readUInt16()
            let ip = IPAddress.v4(try reader.readUInt32())
            let address = TransportAddress(ip: ip, port: try reader.readUInt16())
            guard let mapping else { return nil }
            return .report(NATReport(mapping: mapping, step: step, address: address))
        case 2:
            let attempt = try reader.readUInt8()
            let port = try reader.readUInt16()
            guard (1...TraversalPlan.mostAttempts).contains(attempt) else { return nil }
            return .ready(attempt: attempt, port: port)
        default: return nil
        }
    }
}
