import WireFormat

/// Builds a message. Signaling is not the data path, so an array per message is cheap enough.
struct MessageWriter {
    private(set) var bytes: [UInt8]

    init(_ type: MessageType) {
        bytes = [SignalingLimits.version, type.rawValue]
        bytes.reserveCapacity(64)
    }

    mutating func write(_ value: UInt8) { bytes.append(value) }

    mutating func write(_ value: UInt16) { writeBigEndian(value) }

    mutating func write(_ value: UInt32) { writeBigEndian(value) }

    mutating func write(_ value: UInt64) { writeBigEndian(value) }

    /// A variable-length integer (RFC 9000 section 16); what is too large for one is cut to the largest.
    mutating func write(varint value: UInt64) {
        let value = min(value, UInt64.max >> 2)
        let exponent = value < 0x40 ? 0 : value < 0x4000 ? 1 : value < 0x4000_0000 ? 2 : 3
        let count = 1 << exponent
        let word = value | UInt64(exponent) << UInt64(count * 8 - 2)
        for index in (0..<count).reversed() { bytes.append(UInt8(truncatingIfNeeded: word >> UInt64(index * 8))) }
    }

    /// 0 for nil, otherwise the value plus 1.
    mutating func write(optional value: UInt64?) {
        write(varint: value.map { min($0, UInt64.max >> 2 - 1) + 1 } ?? 0)
    }

    /// Bytes as they are.
    mutating func write(raw string: [UInt8]) { bytes += string }

    /// Bytes with their length in front.
    mutating func write(_ string: [UInt8]) {
        write(varint: UInt64(string.count))
        bytes += string
    }

    mutating func write(_ permit: Permit?) {
        guard let permit else { return }
        bytes += permit.terms.encoded
        write(permit.ticket)
    }

    mutating func write(_ session: SessionIdentifier) {
        write(session.high)
        write(session.low)
    }

    mutating func write(_ venue: Venue) {
        switch venue {
        case .room(let number):
            write(UInt8(1))
            write(number.value)
        case .host(let host):
            write(UInt8(2))
            bytes += host.bytes
        }
    }

    mutating func write(_ address: TransportAddress) {
        switch address.ip {
        case .v4(let bits):
            write(UInt8(4))
            write(bits)
        case .v6(let high, let low):
            write(UInt8(6))
            write(high)
            write(low)
        }
        write(address.port)
    }

    mutating func write(_ servers: [TraversalServer]) {
        let servers = servers.filter(\.isEncodable).prefix(SignalingLimits.servers)
        write(UInt8(servers.count))
        for server in servers {
            write(server.kind.rawValue)
            write(server.transport.rawValue)
            write(Array(server.host.utf8))
            write(server.port)
            write(Array(server.username.utf8))
            write(Array(server.password.utf8))
            write(server.lifetimeSeconds)
            write(server.challenge)
        }
    }

    private mutating func write(_ challenge: TraversalServer.Challenge?) {
        guard let challenge else { return write(UInt8(0)) }
        write(UInt8(1))
        write(Array(challenge.realm.utf8))
        write(Array(challenge.nonce.utf8))
        write(UInt8(challenge.algorithms.count))
        for algorithm in challenge.algorithms { write(algorithm) }
    }

    mutating func write(_ subject: Subject) {
        switch subject {
        case .connection: write(UInt8(0))
        case .hosting: write(UInt8(1))
        case .joining: write(UInt8(2))
        case .meeting(let meeting):
            write(UInt8(3))
            write(meeting.bytes)
        case .session(let session):
            write(UInt8(4))
            write(session)
        }
    }

    mutating func write(_ report: SessionReport) {
        write(report.path.rawValue)
        write(UInt8(report.isFinal ? 1 : 0))
        write(varint: report.durationMilliseconds)
        write(varint: report.bytesSent)
        write(varint: report.bytesReceived)
        write(optional: report.rttP50Microseconds)
        write(optional: report.rttP95Microseconds)
        write(optional: report.firstFrameMilliseconds)
    }

    private mutating func writeBigEndian(_ value: some FixedWidthInteger) {
        for shift in stride(from: value.bitWidth - 8, through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: value >> shift))
        }
    }
}
