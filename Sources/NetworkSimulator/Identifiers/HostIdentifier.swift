/// Names a host of a simulated network, in the order in which hosts were added.
@frozen
public struct HostIdentifier: Hashable, Sendable {
    public let index: Int

    @inlinable
    public init(index: Int) { self.index = index }
}
