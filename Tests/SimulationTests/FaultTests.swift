import Testing
import WireFormat
import rdbench

/// Whole sessions to which everything happens that can happen; `rdbench --suite faults` plays many more of them.
@Suite struct FaultTests {
    @Test(arguments: 0..<6 as Range<UInt64>) func `fifty faulty sessions break nothing`(_ block: UInt64) throws {
        for seed in block * 50..<block * 50 + 50 { try play(seed) }
    }

    /// Each has found something: see the history of this list.
    static let found: [UInt64] = [
        17, 153, 205, 344, 568, 10_168, 10_902, 12_875, 1_002_450, 1_007_356, 1_012_792, 1_016_632, 1_017_468,
        2_002_220, 2_003_899, 2_006_241, 2_007_044, 2_007_938, 2_009_776, 3_007_891, 3_022_941,
    ]

    @Test(arguments: found) func `what once broke something breaks nothing`(_ seed: UInt64) throws {
        try play(seed, .usual)
    }

    /// These too, each on the path that its own plan names.
    static let foundAsPlanned: [UInt64] = [
        10_001_328, 10_002_763, 10_007_962, 30_034_400, 30_046_171, 30_076_138, 40_003_775, 40_022_012, 40_022_133,
        40_077_621, 40_107_872, 50_042_114, 60_173_425, 62_541_409, 64_158_964, 65_169_542, 71_927_414,
    ]

    @Test(arguments: foundAsPlanned) func `what once broke something breaks nothing, as it was planned`(
        _ seed: UInt64
    ) throws {
        try play(seed)
    }

    @Test func `one seed gives one session`() throws {
        for seed in 1_000..<1_010 as Range<UInt64> {
            let plan = FaultPlan(seed: seed, population: Fixture.population)
            let hashes = try (0..<2).map { _ in try FaultSession(plan).play().traceHash }
            #expect(hashes[0] == hashes[1], "seed \(seed)")
        }
    }

    @Test func `everything is drawn that can go wrong`() throws {
        var kinds: Set<FaultKind> = []
        for seed in 0..<400 as Range<UInt64> {
            kinds.formUnion(FaultPlan(seed: seed, population: Fixture.population).kinds)
        }
        #expect(kinds == Set(FaultKind.allCases))
    }

    @Test func `all failures count, and the first ones are kept`() throws {
        var outcome = try FaultSession(FaultPlan(seed: 1, population: Fixture.population)).play()
        var tallies = [FaultTally(), FaultTally()]
        tallies[0].add(outcome)
        outcome.failures = ["a cause"]
        for _ in 0..<FaultTally.mostFailures - 1 { tallies[0].add(outcome) }
        for _ in 0..<FaultTally.mostFailures + 5 { tallies[1].add(outcome) }
        #expect(tallies.map(\.failedSessions) == [FaultTally.mostFailures - 1, FaultTally.mostFailures + 5])
        tallies[0].add(tallies[1])
        #expect(tallies[0].sessions == 2 * FaultTally.mostFailures + 5)
        #expect(tallies[0].failedSessions == 2 * FaultTally.mostFailures + 4)
        #expect(tallies[0].failed.count == FaultTally.mostFailures)
    }

    private func play(_ seed: UInt64, _ variation: FaultPlan.Variation? = nil) throws {
        let plan = FaultPlan(seed: seed, population: Fixture.population, variation: variation)
        let outcome = try FaultSession(plan).play()
        #expect(outcome.failures.isEmpty, "seed \(seed): \(outcome.failures.joined(separator: "; ")). \(plan.text)")
        #expect(outcome.checks > 500, "seed \(seed)")
    }
}
