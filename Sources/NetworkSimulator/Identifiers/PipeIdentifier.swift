/// Names a reliable message pipe between two hosts.
@frozen
public struct PipeIdentifier: Hashable, Sendable {
    public let index: Int

    @inlinable
    public init(index: Int) { self.index = index }
}
