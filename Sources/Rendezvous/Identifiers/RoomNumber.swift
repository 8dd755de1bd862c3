import WireFormat

/// The public part of a one-time code: the `7` of `7-crossover-clockwork`. It names a meeting place and protects nothing.
public struct RoomNumber: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let value: UInt32

    /// - Returns: nil for 0, which names no room.
    public init?(_ value: UInt32) {
        guard value > 0 else { return nil }
        self.value = value
    }

    /// A number at random with at most so many digits (1 to 9).
    init(digits: Int, random: inout SeededRandom) {
        let limit = (0..<min(max(digits, 1), 9)).reduce(UInt64(1)) { limit, _ in limit * 10 }
        value = UInt32(1 + random.next() % (limit - 1))
    }

    /// The first number with more digits than this one.
    var nextPowerOfTen: UInt64 {
        var power: UInt64 = 10
        while power <= value { power *= 10 }
        return power
    }

    public var description: String { String(value) }

    public static func < (left: RoomNumber, right: RoomNumber) -> Bool { left.value < right.value }
}
