/// Which packets of one internal address and port share an external one (RFC 4787 section 4.1).
public enum MappingBehavior: UInt8, Hashable, Sendable, CaseIterable {
    case endpointIndependent
    case addressDependent
    case addressAndPortDependent
}
