/// What carries bytes between two transport addresses.
@frozen
public enum TransportProtocol: UInt8, Hashable, Sendable, CaseIterable {
    case udp
    case tcp
    case tls
}
