/// Names a network: the public internet, or the inside of a gateway.
@frozen
public struct NetworkIdentifier: Hashable, Sendable {
    public let index: Int

    @inlinable
    public init(index: Int) { self.index = index }

    /// The public internet, which every simulated network has.
    @inlinable
    public static var internet: NetworkIdentifier { NetworkIdentifier(index: 0) }
}
