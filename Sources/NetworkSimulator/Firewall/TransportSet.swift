public import WireFormat

/// A set of transports.
public struct TransportSet: OptionSet, Hashable, Sendable {
    public let rawValue: UInt8

    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let udp = TransportSet(rawValue: 1 << TransportProtocol.udp.rawValue)
    public static let tcp = TransportSet(rawValue: 1 << TransportProtocol.tcp.rawValue)
    public static let tls = TransportSet(rawValue: 1 << TransportProtocol.tls.rawValue)
    public static let all: TransportSet = [.udp, .tcp, .tls]

    public func contains(_ transport: TransportProtocol) -> Bool { rawValue >> transport.rawValue & 1 == 1 }
}
