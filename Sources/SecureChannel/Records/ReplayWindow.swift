/// Which packet numbers have been seen, for the last 4,032 or more: a bitmap used as a ring (RFC 6479).
///
/// Larger than RFC 4303's 64, because a session that moves from a slow relayed path to a fast direct one reorders a
/// whole round trip's packets.
package struct ReplayWindow: Sendable {
    private static let blockCount: UInt64 = 64
    private static let blockBits: UInt64 = 64
    /// The numbers below the highest that are certainly still told apart: one block is always being refilled.
    package static let size: UInt64 = (blockCount - 1) * blockBits

    private var blocks: [64 of UInt64] = InlineArray(repeating: 0)
    /// The highest number marked, or nil if there is none.
    package private(set) var highest: UInt64?

    package init() {}

    /// What is known of a number.
    package enum Verdict: Hashable, Sendable {
        case fresh
        case seen
        case tooOld
    }

    /// Whether a number may be accepted; marks nothing, since the packet is not yet known to be authentic.
    package func verdict(_ number: UInt64) -> Verdict {
        guard let highest, number <= highest else { return .fresh }
        guard highest - number < Self.size else { return .tooOld }
        let block = Int(number / Self.blockBits % Self.blockCount)
        return blocks[block] >> (number % Self.blockBits) & 1 == 0 ? .fresh : .seen
    }

    /// Marks a number that was fresh and whose packet is authentic.
    package mutating func mark(_ number: UInt64) {
        let block = number / Self.blockBits
        if let highest {
            let current = highest / Self.blockBits
            if block > current {
                let cleared = min(block - current, Self.blockCount)
                for step in 1...cleared { blocks[Int((current + step) % Self.blockCount)] = 0 }
            }
        }
        highest = max(highest ?? number, number)
        blocks[Int(block % Self.blockCount)] |= 1 << (number % Self.blockBits)
    }
}
