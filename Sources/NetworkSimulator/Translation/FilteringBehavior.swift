/// Which packets from outside may use a mapping or a firewall's state (RFC 4787 section 5).
public enum FilteringBehavior: UInt8, Hashable, Sendable, CaseIterable {
    case endpointIndependent
    case addressDependent
    case addressAndPortDependent
}
