/// One client's connection to the server, numbered by the driver in the order of their coming; never reused while the server
/// runs.
public struct ConnectionIdentifier: Hashable, Sendable, CustomStringConvertible {
    public let value: UInt64

    public init(_ value: UInt64) { self.value = value }

    public var description: String { "connection \(value)" }
}
