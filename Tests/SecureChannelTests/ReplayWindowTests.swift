import SecureChannel
import Testing
import WireFormat

@Suite struct ReplayWindowTests {
    /// The boundary table: numbers in the order they come, and whether each is fresh, seen or too old.
    static let table: [(number: UInt64, verdict: ReplayWindow.Verdict)] = {
        let size = ReplayWindow.size
        return [
            (0, .fresh), (0, .seen), (1, .fresh), (1, .seen), (0, .seen), (9, .fresh), (8, .fresh), (7, .fresh),
            (7, .seen), (size, .fresh), (size - 1, .fresh), (size - 1, .seen), (size - 2, .fresh), (2, .fresh),
            (2, .seen), (0, .tooOld), (3, .fresh), (1, .seen), (size + 16, .fresh), (3, .tooOld),
            (size + 16, .seen), (size * 4, .fresh), (size * 4 - (size - 1), .fresh), (10, .tooOld),
            (size * 4 - size, .tooOld), (size * 4 - (size + 1), .tooOld), (size * 4 - (size - 2), .fresh),
            (size * 4 + 1 - size, .seen), (0, .tooOld), (size * 5 + 1_000_000, .fresh),
            (size * 4, .tooOld), (size * 5 + 1_000_000 - 1, .fresh), (1 << 62 - 1, .fresh), (1 << 62 - 1, .seen),
            (1 << 62 - 2, .fresh), (1 << 62 - size, .fresh), (1 << 62 - size, .seen), (1 << 62 - 1 - size, .tooOld),
        ]
    }()

    @Test func followsTheTable() {
        var window = ReplayWindow()
        for (step, row) in Self.table.enumerated() {
            let verdict = window.verdict(row.number)
            #expect(verdict == row.verdict, "step \(step), number \(row.number)")
            if verdict == .fresh { window.mark(row.number) }
        }
    }

    @Test func isAtLeast1024Packets() { #expect(ReplayWindow.size >= 1_024) }

    @Test(arguments: 1...20 as ClosedRange<UInt64>) func agreesWithASetOfAllNumbers(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var window = ReplayWindow()
        var seen: Set<UInt64> = []
        var highest: UInt64 = 0
        for _ in 0..<20_000 {
            let spread: UInt64 = Bool.random(using: &random) ? 100 : ReplayWindow.size * 2
            let number = highest + spread / 8 - min(highest + spread / 8, UInt64.random(in: 0..<spread, using: &random))
            let expected: ReplayWindow.Verdict =
                number + ReplayWindow.size <= highest ? .tooOld : seen.contains(number) ? .seen : .fresh
            let verdict = window.verdict(number)
            #expect(verdict == expected)
            if verdict == .fresh {
                window.mark(number)
                seen.insert(number)
                highest = max(highest, number)
            }
        }
        #expect(window.highest == highest)
    }
}
