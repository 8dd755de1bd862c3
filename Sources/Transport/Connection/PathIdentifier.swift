/// Names a network path to a connection: the session's number for a candidate pair, whatever it counts.
public struct PathIdentifier: Hashable, Sendable {
    public let rawValue: UInt64

    public init(_ rawValue: UInt64) { self.rawValue = rawValue }
}
