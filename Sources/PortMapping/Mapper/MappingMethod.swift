/// The protocol by which a port was mapped.
public enum MappingMethod: UInt8, Hashable, Sendable, CaseIterable {
    /// RFC 6887.
    case pcp
    /// RFC 6886.
    case natPMP
    /// UPnP Internet Gateway Device, version 1 or 2.
    case upnp
}
