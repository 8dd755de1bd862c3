import WireFormat

/// A request of the client: all that is needed to write it, also again.
enum ClientRequest: Hashable, Sendable {
    case allocate
    /// Zero gives the allocation back.
    case refresh(lifetimeSeconds: UInt32)
    /// A Refresh that takes the allocation to our new address (RFC 8016).
    case move
    case createPermission(TransportAddress)
    case channelBind(TransportAddress, UInt16)
}
