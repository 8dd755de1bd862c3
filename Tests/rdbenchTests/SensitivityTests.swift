import Foundation
import NetworkSimulator
import Testing
import rdbench

@Suite("A sensitivity run")
struct SensitivityTests {
    private static func population() throws -> Population {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let file = root.appending(path: "Fixtures/population/2026.tsv")
        return try Population(String(decoding: try Data(contentsOf: file), as: UTF8.self))
    }

    private static func plans(_ population: Population, count: Int) -> [TrialPlan] {
        (0..<count).map { TrialPlan(population, seed: 3, index: $0) }
    }

    @Test(
        "runs changed sessions only, and comes to what all of them would",
        arguments: ["cellular share", "home symmetric share", "IPv6 share"], SensitivityCase.allCases)
    func reuse(label: String, sensitivityCase: SensitivityCase) throws {
        let population = try Self.population()
        let variation = try #require(population.variations.first { $0.label == label })
        let drawn = Self.plans(population, count: 60)
        let varied = Self.plans(population.varied(variation, by: variation.high), count: 60)
        #expect(drawn != varied)
        let progress = Progress(isQuiet: true)
        let base = try CaseRun(sensitivityCase, drawn, seed: 3, progress: progress)
        let all = try CaseRun(sensitivityCase, varied, seed: 3, progress: progress)
        #expect(try base.rerun(with: varied) == all.outcomes)
        #expect(try base.rerun(with: drawn) == base.outcomes)
    }

    @Test("counts outcomes, and moves by the sessions that end otherwise")
    func outcome() {
        let base: [SessionOutcome] = [.direct, .direct, .relayed, .relayed]
        let outcome = SensitivityOutcome([.direct, .relayed, .direct, .direct], base: base)
        #expect(outcome.counts[.direct] == 3)
        #expect(outcome.counts[.relayed] == 1)
        #expect(outcome.move.points == 25)
        // Of 0, -1, 1, 1 the sum of squared distances from the mean is 2.75.
        #expect(abs(outcome.move.errorPoints - 100 * 2.75.squareRoot() / 4) < 1e-9)
        #expect(SensitivityOutcome(base, base: base).move == PairedMove([0, 0, 0, 0]))
        #expect(PairedMove([0, 0, 0, 0]).errorPoints == 0)
    }

    @Test("shows the assumption first that moves the headline furthest")
    func order() {
        func row(_ assumption: String, _ direct: Int) -> SensitivityRow {
            let base = [SessionOutcome](repeating: .relayed, count: 10)
            let varied = base.enumerated().map { $0 < direct ? SessionOutcome.direct : $1 }
            let outcome = SensitivityOutcome(varied, base: base)
            return SensitivityRow(
                assumption: assumption, factor: 2, changedShare: 0.5, outcomes: [outcome, outcome, outcome])
        }
        let report = SensitivityReport(
            sessions: 10, seed: 1, baseline: row("", 0),
            rows: [row("small", 1), row("large", 1), row("small", 2), row("large", 5)])
        #expect(report.rows.map(\.assumption) == ["large", "large", "small", "small"])
        #expect(report.rows.map(\.headlineMove) == [10, 50, 10, 20])
    }
}
