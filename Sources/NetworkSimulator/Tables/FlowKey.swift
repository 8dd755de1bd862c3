import WireFormat

/// An inside address, an outside address as finely as a rule looks at it, and the transport, packed to be hashed fast.
struct FlowKey: Equatable {
    private let insideHigh: UInt64
    private let insideLow: UInt64
    private let outsideHigh: UInt64
    private let outsideLow: UInt64
    private let rest: UInt64

    init(_ transport: TransportProtocol, inside: TransportAddress, outside: TransportAddress, granularity: Granularity)
    {
        (insideHigh, insideLow) = Self.words(inside.ip)
        let stream: UInt64 = transport == .udp ? 0 : 1
        var rest = UInt64(inside.port) | stream << 32 | (inside.ip.isIPv4 ? 1 << 33 : 0)
        switch granularity {
        case .any:
            (outsideHigh, outsideLow) = (0, 0)
        case .address:
            (outsideHigh, outsideLow) = Self.words(outside.ip)
        case .addressAndPort:
            (outsideHigh, outsideLow) = Self.words(outside.ip)
            rest |= UInt64(outside.port) << 16
        }
        self.rest = rest
    }

    /// A key without an outside.
    init(_ transport: TransportProtocol, _ address: TransportAddress) {
        self.init(transport, inside: address, outside: address, granularity: .any)
    }

    /// A key for an address without a port.
    init(_ ip: IPAddress) { self.init(.udp, TransportAddress(ip: ip, port: 0)) }

    /// A key for state that belongs to a numbered thing, such as a mapping.
    init(serial: UInt64, outside: TransportAddress, granularity: Granularity) {
        let inside = TransportAddress(ip: .v6(high: serial, low: 0), port: 0)
        self.init(.udp, inside: inside, outside: outside, granularity: granularity)
    }

    var mixed: UInt64 {
        var value = insideLow ^ insideHigh &* 0xA24B_AED4_963E_E407
        value = (value ^ rest) &* 0x9FB2_1C65_1E98_DF25
        value ^= value >> 32
        value = (value ^ outsideLow ^ outsideHigh &* 0xD6E8_FEB8_6659_FD93) &* 0x9E37_79B9_7F4A_7C15
        return value ^ value >> 29
    }

    private static func words(_ ip: IPAddress) -> (UInt64, UInt64) {
        switch ip {
        case .v4(let bits): (0, UInt64(bits))
        case .v6(let high, let low): (high, low)
        }
    }
}
