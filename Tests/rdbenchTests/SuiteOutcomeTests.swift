import Testing
import rdbench

@Suite("A suite's outcome")
struct SuiteOutcomeTests {
    @Test("keeps what was measured beside what failed") func parts() {
        var outcome = SuiteOutcome(Progress(isQuiet: true))
        outcome.add("one") { [CaseResult(suite: .relay, name: "first", seed: 1)] }
        outcome.add("two") { throw BenchFailure.noView("no reason") }
        var other = SuiteOutcome(Progress(isQuiet: true))
        other.add("three") { [CaseResult(suite: .relay, name: "third", seed: 1)] }
        other.fail("four")
        outcome.add(other)
        #expect(outcome.results.map(\.name) == ["first", "third"])
        #expect(outcome.failures == ["two: \(BenchFailure.noView("no reason"))", "four"])
    }
}
