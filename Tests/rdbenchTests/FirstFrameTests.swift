import Testing
import WireFormat
import rdbench

/// What the ttff and key suites compute from what they saw.
@Suite struct FirstFrameTests {
    @Test func `the limit is two round trips and the picture's bytes on the wire`() {
        func limit(_ milliseconds: Int64, _ bytes: Int, _ megabits: Double) -> Double {
            FirstFrameCase.limitMilliseconds(
                roundTrip: .milliseconds(milliseconds), pictureBytes: bytes, megabits: megabits)
        }
        #expect(limit(50, 0, 20) == 100)
        #expect(limit(50, 25_000, 20) == 110)
        #expect(limit(5, 12_500, 100) == 11)
    }

    private func result(loss: Double, _ times: [Double], failed: Int = 0) -> CaseResult {
        var result = CaseResult(suite: .ttff, name: "", seed: 1)
        var outcomes = OutcomeCounts()
        for _ in times { outcomes.count(.direct) }
        for _ in 0..<failed { outcomes.count(.failed) }
        result.outcomes = outcomes
        result.timeToFirstFrame = Distribution(times)
        result.measures = ["limit_ms": .number(100), "path_rtt_ms": .number(45), "loss": .number(loss)]
        return result
    }

    @Test func `a row names the goals it misses`() {
        let good = Array(repeating: 109.0, count: 19) + [124]
        #expect(FirstFrameRow([result(loss: 0, good), result(loss: 0.01, good)]).misses == [])
        let slow = Array(repeating: 112.0, count: 20)
        #expect(FirstFrameRow([result(loss: 0, slow), result(loss: 0.01, slow)]).misses == ["p50"])
        let tail = Array(repeating: 105.0, count: 18) + [130, 130]
        #expect(FirstFrameRow([result(loss: 0, tail), result(loss: 0.01, tail)]).misses == ["p95"])
        let lossy = Array(repeating: 105.0, count: 18) + [171, 171]
        #expect(FirstFrameRow([result(loss: 0, good), result(loss: 0.01, lossy)]).misses == ["1 % loss"])
    }

    @Test func `a session that fails misses every goal`() {
        let good = Array(repeating: 101.0, count: 20)
        let row = FirstFrameRow([result(loss: 0, good, failed: 1), result(loss: 0.01, good)])
        #expect(row.misses == ["p50", "p95"])
    }

    @Test func `keys over lossy paths are held against those over clean ones in round trips`() throws {
        func keys(_ loss: Double, _ high: Double, missed: Int = 0) -> CaseResult {
            var result = CaseResult(suite: .transport, name: "", seed: 1)
            result.measures = [
                "path_rtt_ms": .number(20), "loss": .number(loss), "missed_keys": .integer(missed),
                "key_to_pixel_ms": .object(["p50": .number(20), "p95": .number(high)]),
            ]
            return result
        }
        #expect(KeyTable.excess(in: [keys(0, 22), keys(0.03, 40)], roundTrip: 20) == 0.9)
        #expect(KeyTable.excess(in: [keys(0, 22), keys(0.03, 40, missed: 1)], roundTrip: 20) == .infinity)
        #expect(KeyTable.excess(in: [keys(0, 22)], roundTrip: 20) == nil)
    }

    @Test(arguments: Strategy.allCases)
    func `no row repeats another`(strategy: Strategy) throws {
        let trial = FirstFrameTrial(picture: FirstPicture(seed: 5), seed: 5)
        var hosts: FirstFrameTrial.Hosts = [:]
        // So many sessions that each share of loss takes something.
        let rows = try FirstFrameCase.all(of: strategy).filter { $0.roundTripMilliseconds == 20 }.map { wanted in
            try (0..<6).map { try trial.run(.init(wanted: wanted, seed: $0), visiting: &hosts).traceHash }
        }
        #expect(rows.count == 6)
        #expect(Set(rows).count == rows.count)
    }

    /// A short one of each, with what makes it slow: keys arrive, and one seed gives one run.
    @Test func `keys are shown, and one seed gives one run`() throws {
        let trial = KeyTrial(roundTripMilliseconds: 20, loss: 0.03, keys: 20, seed: 5)
        let (first, second) = (try trial.run(), try trial.run())
        #expect(first.missed == 0)
        #expect(first.latencies.count == 20)
        #expect(try #require(first.latencies.percentile(50)) >= 20)
        #expect(first.traceHash == second.traceHash)
    }
}
