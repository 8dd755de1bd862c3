/// One introduction of a viewer to a host, named at random by the server that makes it.
public struct SessionIdentifier: Hashable, Sendable, CustomStringConvertible {
    public static let byteCount = 16

    public let high: UInt64
    public let low: UInt64

    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// The identifier as 16 bytes, most significant first.
    public var bytes: [UInt8] {
        (0..<16).map { UInt8(truncatingIfNeeded: ($0 < 8 ? high : low) >> UInt64(56 - $0 % 8 * 8)) }
    }

    public var description: String { Hexadecimal.text(bytes) }
}
