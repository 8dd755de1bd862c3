/// What one read from a stream gave.
public struct StreamReading: Hashable, Sendable {
    /// Bytes appended.
    public let count: Int

    /// The peer finished the stream and every byte was read.
    public let isAtEnd: Bool
}
