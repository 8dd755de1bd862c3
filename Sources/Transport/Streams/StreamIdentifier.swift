/// One of the connection's byte streams. The set is fixed, so that no peer can make the other keep more.
public struct StreamIdentifier: Hashable, Comparable, Sendable {
    /// Streams 0 to 15.
    public static let count = 16

    /// Session control: small messages that go before everything but input.
    public static let control = StreamIdentifier(unchecked: 0)

    /// Clipboard contents: the first among the bulk streams.
    public static let clipboard = StreamIdentifier(unchecked: 1)

    public let rawValue: UInt8

    /// - Returns: nil if there is no such stream.
    public init?(_ rawValue: UInt8) {
        guard rawValue < Self.count else { return nil }
        self.rawValue = rawValue
    }

    /// A bulk stream, such as a file's.
    ///
    /// - Parameter index: 0 to 13; held to that range.
    public static func bulk(_ index: Int) -> StreamIdentifier {
        StreamIdentifier(unchecked: UInt8(min(max(index, 0), count - 3)) + 2)
    }

    init(unchecked rawValue: UInt8) { self.rawValue = rawValue }

    var index: Int { Int(rawValue) }

    public static func < (left: StreamIdentifier, right: StreamIdentifier) -> Bool { left.rawValue < right.rawValue }
}
