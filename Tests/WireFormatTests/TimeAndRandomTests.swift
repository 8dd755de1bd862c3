import Testing
import WireFormat

@Suite struct TimeAndRandomTests {
    @Test func instantsSaturate() {
        #expect(Instant.distantFuture + .seconds(1) == .distantFuture)
        #expect(Instant.zero + .milliseconds(2) - Instant.zero == .microseconds(2_000))
        #expect((Instant(nanoseconds: .max) - Instant(nanoseconds: .min)).nanoseconds == .max)
    }

    @Test func deadlinesFireInOrder() {
        var deadlines = Deadlines<String>()
        deadlines["late"] = .zero + .seconds(2)
        deadlines["early"] = .zero + .seconds(1)
        deadlines["gone"] = .zero
        deadlines["gone"] = nil
        #expect(deadlines.next == .zero + .seconds(1))
        #expect(deadlines.popDue(at: .zero) == nil)
        #expect(deadlines.popDue(at: .zero + .seconds(3)) == "early")
        #expect(deadlines.popDue(at: .zero + .seconds(3)) == "late")
        #expect(deadlines.next == nil)
    }

    @Test func oneSeedGivesOneSequence() {
        var first = SeededRandom(seed: 7)
        var second = SeededRandom(seed: 7)
        var other = SeededRandom(seed: 8)
        let draws = (0..<100).map { _ in first.next() }
        #expect(draws == (0..<100).map { _ in second.next() })
        #expect(draws != (0..<100).map { _ in other.next() })
        #expect(Set(draws).count == 100)
    }

    /// ChaCha8, 256-bit key of zeros, block 0: test vector TC1 of draft-strombergson-chacha-test-vectors-01.
    @Test func firstBlockMatchesThePublishedVector() {
        var random = SeededRandom(seed: 0)
        let expected: [UInt8] = [
            0x3E, 0x00, 0xEF, 0x2F, 0x89, 0x5F, 0x40, 0xD6, 0x7F, 0x5B, 0xB8, 0xE8, 0x1F, 0x09, 0xA5, 0xA1,
        ]
        #expect(random.bytes(count: 16) == expected)
    }
}
