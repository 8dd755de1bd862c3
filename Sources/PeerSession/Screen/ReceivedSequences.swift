/// Which of the latest screen datagrams arrived: a window of bits that slides with the highest.
struct ReceivedSequences {
    private static let window: UInt32 = 8_192

    private var words = [UInt64](repeating: 0, count: Int(window) / 64)
    private(set) var highest: UInt32?

    mutating func insert(_ sequence: UInt32) {
        guard let highest else {
            self.highest = sequence
            set(sequence)
            return
        }
        let advance = sequence &- highest
        if advance == 0 { return }
        if advance < 1 << 31 {
            for step in 1...min(advance, Self.window) { clear(highest &+ step) }
            self.highest = sequence
            set(sequence)
        } else if highest &- sequence < Self.window {
            set(sequence)
        }
    }

    /// Whether the highest and the `count` before it all arrived; false if the window does not reach so far.
    func isComplete(last count: UInt32) -> Bool {
        guard let highest, count < Self.window else { return false }
        var step: UInt32 = 0
        while step <= count {
            guard contains(highest &- step) else { return false }
            step += 1
        }
        return true
    }

    private func contains(_ sequence: UInt32) -> Bool {
        words[index(sequence)] & bit(sequence) != 0
    }

    private mutating func set(_ sequence: UInt32) { words[index(sequence)] |= bit(sequence) }

    private mutating func clear(_ sequence: UInt32) { words[index(sequence)] &= ~bit(sequence) }

    private func index(_ sequence: UInt32) -> Int { Int(sequence % Self.window) / 64 }

    private func bit(_ sequence: UInt32) -> UInt64 { 1 << UInt64(sequence % 64) }
}
