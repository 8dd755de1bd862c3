/// A deterministic random source: ChaCha with eight rounds (Bernstein, "ChaCha, a variant of Salsa20", 2008).
///
/// One seed gives one sequence, so simulations repeat. With 32 bytes of entropy as the seed it is as
/// unpredictable as transaction identifiers and credentials need (RFC 8489 section 5, RFC 8445 section 5.3);
/// eight rounds because Aumasson, "Too Much Crypto" (2019), finds no attack beyond seven.
public struct SeededRandom: RandomNumberGenerator, Sendable {
    private var state: [16 of UInt32]
    private var block: [8 of UInt64]
    private var used = 8

    /// - Parameter seed: 32 bytes of key as four words.
    public init(seed: (UInt64, UInt64, UInt64, UInt64)) {
        state = InlineArray(repeating: 0)
        block = InlineArray(repeating: 0)
        state[0] = 0x6170_7865
        state[1] = 0x3320_646E
        state[2] = 0x7962_2D32
        state[3] = 0x6B20_6574
        for (index, word) in [seed.0, seed.1, seed.2, seed.3].enumerated() {
            state[4 + index * 2] = UInt32(truncatingIfNeeded: word)
            state[5 + index * 2] = UInt32(truncatingIfNeeded: word >> 32)
        }
    }

    /// A seed for tests and simulations; 64 bits are too few for anything secret.
    public init(seed: UInt64) { self.init(seed: (seed, 0, 0, 0)) }

    /// A seed drawn from another source, such as the system's.
    public init(from source: inout some RandomNumberGenerator) {
        self.init(seed: (source.next(), source.next(), source.next(), source.next()))
    }

    public mutating func next() -> UInt64 {
        if used == 8 { refill() }
        defer { used += 1 }
        return block[used]
    }

    /// An independent source for a part of the machine, so that one part's draws do not shift another's.
    public mutating func fork() -> SeededRandom { SeededRandom(from: &self) }

    /// Fresh random bytes.
    public mutating func bytes(count: Int) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(count)
        while result.count < count {
            var word = next()
            for _ in 0..<min(8, count - result.count) {
                result.append(UInt8(truncatingIfNeeded: word))
                word >>= 8
            }
        }
        return result
    }

    private mutating func refill() {
        var words = state
        for _ in 0..<4 {
            Self.quarterRound(&words, 0, 4, 8, 12)
            Self.quarterRound(&words, 1, 5, 9, 13)
            Self.quarterRound(&words, 2, 6, 10, 14)
            Self.quarterRound(&words, 3, 7, 11, 15)
            Self.quarterRound(&words, 0, 5, 10, 15)
            Self.quarterRound(&words, 1, 6, 11, 12)
            Self.quarterRound(&words, 2, 7, 8, 13)
            Self.quarterRound(&words, 3, 4, 9, 14)
        }
        for index in 0..<8 {
            let low = words[index * 2] &+ state[index * 2]
            let high = words[index * 2 + 1] &+ state[index * 2 + 1]
            block[index] = UInt64(low) | UInt64(high) << 32
        }
        state[12] &+= 1
        if state[12] == 0 { state[13] &+= 1 }
        used = 0
    }

    @inline(__always)
    private static func quarterRound(_ w: inout [16 of UInt32], _ a: Int, _ b: Int, _ c: Int, _ d: Int) {
        w[a] &+= w[b]
        w[d] = rotate(w[d] ^ w[a], 16)
        w[c] &+= w[d]
        w[b] = rotate(w[b] ^ w[c], 12)
        w[a] &+= w[b]
        w[d] = rotate(w[d] ^ w[a], 8)
        w[c] &+= w[d]
        w[b] = rotate(w[b] ^ w[c], 7)
    }

    @inline(__always)
    private static func rotate(_ word: UInt32, _ count: UInt32) -> UInt32 { word << count | word >> (32 - count) }
}
