import WireFormat

/// What the kernel says of the machine's addresses and interfaces.
public enum AddressChange: Hashable, Sendable {
    /// An address can be used on the interface of this index.
    case added(IPAddress, interface: UInt32)
    /// An address is being tried for duplicates (RFC 4862 section 5.4) and cannot be used yet.
    case tentative(IPAddress, interface: UInt32)
    case removed(IPAddress, interface: UInt32)
    /// An interface appeared or changed; false if it is down.
    case interface(UInt32, isUp: Bool)
    case interfaceRemoved(UInt32)
    /// There is a way to somewhere that there was not, or another one.
    case routeAdded
}
