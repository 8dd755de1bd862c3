import WireFormat

/// Tests hand whole arrays to functions that take spans; `#expect` takes no span.
enum Bytes {
    /// Copies of some bytes, each with one thing wrong: cut short, a byte too long, a bit changed.
    static func mutations(of bytes: [UInt8], random: inout SeededRandom, count: Int) -> [[UInt8]] {
        (0..<count).map { _ in
            var copy = bytes
            switch random.next() % 4 {
            case 0: copy.removeLast(Int.random(in: 0...copy.count, using: &random))
            case 1: copy.append(UInt8.random(in: 0...255, using: &random))
            case 2 where !copy.isEmpty:
                copy[Int.random(in: 0..<copy.count, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            default: copy = random.bytes(count: Int.random(in: 0...64, using: &random))
            }
            return copy
        }
    }
}
