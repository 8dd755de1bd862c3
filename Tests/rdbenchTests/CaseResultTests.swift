import Foundation
import Testing
import rdbench

@Suite("A result in the schema rdbench/1")
struct CaseResultTests {
    @Test("has the names that others parse")
    func names() {
        var result = CaseResult(suite: .population, name: "full", seed: 7)
        result.sessions = 4
        var outcomes = OutcomeCounts()
        for outcome in [SessionOutcome.direct, .direct, .relayed, .failed] { outcomes.count(outcome) }
        result.outcomes = outcomes
        result.rtt = Distribution([10, 20])
        result.timeToFirstFrame = Distribution([30])
        result.setup = Distribution([5])
        let json = result.json
        #expect(json["suite"] == .string("population"))
        #expect(json["case"] == .string("full"))
        #expect(json["sessions"] == .integer(4))
        #expect(json["seed"] == .integer(7))
        #expect(json["direct_rate"] == .number(0.5))
        #expect(json["relay_rate"] == .number(0.25))
        #expect(json["failure_rate"] == .number(0.25))
        for name in ["rtt_ms", "ttff_ms", "setup_ms"] {
            for percentile in ["p50", "p95", "p99", "max", "count"] { #expect(json[name]?[percentile] != nil) }
        }
    }

    @Test("survives encoding and decoding")
    func roundTrip() throws {
        let value = JSONValue.object([
            "text": .string("a \"quoted\" line\n"), "list": .array([.integer(1), .number(1.5), .bool(true), .null]),
        ])
        let decoded = try JSONDecoder().decode(JSONValue.self, from: JSONEncoder().encode(value))
        #expect(decoded == value)
    }

    @Test("Numbers keep six digits", arguments: [(0.123456789, 0.123457), (123_456_789, 123_457_000), (0, 0)])
    func rounding(value: Double, rounded: Double) { #expect(JSONValue.rounded(value) == .number(rounded)) }

    @Test("A seed too large for readers of JSON is written as text")
    func largeSeed() {
        #expect(CaseResult(suite: .codec, name: "x", seed: .max).json["seed"] == .string("18446744073709551615"))
    }
}
