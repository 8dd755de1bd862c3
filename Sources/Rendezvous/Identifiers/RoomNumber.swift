/// The public part of a one-time code: the `7` of `7-crossover-clockwork`. It names a meeting place and protects nothing.
public struct RoomNumber: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let value: UInt32

    /// - Returns: nil for 0, which names no room.
    public init?(_ value: UInt32) {
        guard value > 0 else { return nil }
        self.value = value
    }

    public var description: String { String(value) }

    public static func < (left: RoomNumber, right: RoomNumber) -> Bool { left.value < right.value }
}
