/// Names the connection of a host or a gateway to a network: the thing that has addresses and two links.
@frozen
public struct AttachmentIdentifier: Hashable, Sendable {
    public let index: Int

    @inlinable
    public init(index: Int) { self.index = index }
}
