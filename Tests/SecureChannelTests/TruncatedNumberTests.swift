import SecureChannel
import Testing
import WireFormat

@Suite struct TruncatedNumberTests {
    /// The examples of RFC 9000 appendices A.2 and A.3.
    @Test func followsTheExamplesOfTheRFC() {
        #expect(TruncatedNumber.byteCount(0xAC5C02, largestAcknowledged: 0xABE8B3) == 2)
        #expect(TruncatedNumber.byteCount(0xACE8FE, largestAcknowledged: 0xABE8B3) == 3)
        #expect(TruncatedNumber.complete(0x9B32, byteCount: 2, expected: 0xA82F_30EB) == 0xA82F_9B32)
    }

    @Test(
        arguments: [
            (0, nil, 2), (32_766, nil, 2), (32_767, nil, 3), (40_000, 39_999, 2), (1 << 23 - 2, nil, 3),
            (1 << 23 - 1, nil, 4), (1 << 31 - 2, nil, 4), (1 << 31 - 1, nil, nil), (1 << 40, 1 << 40 - 100, 2),
            (TruncatedNumber.maximum, TruncatedNumber.maximum - 1, 2), (5, 7, 2),
        ] as [(UInt64, UInt64?, Int?)])
    func choosesALength(_ number: UInt64, acknowledged: UInt64?, bytes: Int?) {
        #expect(TruncatedNumber.byteCount(number, largestAcknowledged: acknowledged) == bytes)
    }

    @Test(
        arguments: [
            // Far below what is expected: the next turn of the low bytes is nearer.
            (0x0000, 2, 0xFFFF, 0x1_0000), (0x0001, 2, 0x1_FFFF, 0x2_0001),
            // Far above: the turn before.
            (0xFFFF, 2, 0x1_0000, 0xFFFF), (0xFFFF, 2, 0x0, 0xFFFF),
            // On both sides of half a window.
            (0x8000, 2, 0x1_0000, 0x1_8000), (0x8001, 2, 0x1_0000, 0x8001), (0x7FFF, 2, 0x1_FFFF, 0x2_7FFF),
            (0x8000, 2, 0x1_FFFF, 0x1_8000),
            // At the end of the numbers nothing runs over.
            (0xFFFF, 2, TruncatedNumber.maximum + 1, TruncatedNumber.maximum),
            (0, 2, TruncatedNumber.maximum + 1, 1 << 62),
            (0x7F, 1, 0x100, 0x17F), (0xFFFF_FFFF, 4, 0, 0xFFFF_FFFF),
        ] as [(UInt64, Int, UInt64, UInt64)])
    func completesToTheNearest(_ truncated: UInt64, bytes: Int, expected: UInt64, number: UInt64) {
        #expect(TruncatedNumber.complete(truncated, byteCount: bytes, expected: expected) == number)
    }

    @Test func completesEveryNumberWithinHalfAWindow() {
        var random = SeededRandom(seed: 9)
        for _ in 0..<20_000 {
            let bytes = Int.random(in: 1...4, using: &random)
            let half: UInt64 = 1 << UInt64(bytes * 8 - 1)
            let expected = UInt64.random(in: half...TruncatedNumber.maximum - half, using: &random)
            let number = expected - half + 1 + UInt64.random(in: 0..<half * 2 - 1, using: &random)
            let truncated = number & (half * 2 - 1)
            #expect(TruncatedNumber.complete(truncated, byteCount: bytes, expected: expected) == number)
        }
    }
}
