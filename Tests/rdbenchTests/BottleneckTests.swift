import Testing
import Transport
import rdbench

/// What the transport suite computes from what it saw.
@Suite struct BottleneckTests {
    @Test func `the buffer is a share of the bandwidth-delay product and holds two packets`() {
        #expect(Bottleneck(megabits: 20, buffer: 1, loss: 0).bufferBytes == 100_000)
        #expect(Bottleneck(megabits: 20, buffer: 0.5, loss: 0).bufferBytes == 50_000)
        #expect(Bottleneck(megabits: 1, buffer: 0.5, loss: 0).bufferBytes == 3_000)
        #expect(Bottleneck.all.count == 24)
    }

    @Test func `shares are the larger over the smaller`() {
        #expect(BottleneckTrial.shareRatio([5]) == nil)
        #expect(BottleneckTrial.shareRatio([5, 5]) == 1)
        #expect(BottleneckTrial.shareRatio([4, 6]) == 1.5)
        #expect(BottleneckTrial.shareRatio([6, 4]) == 1.5)
        #expect(BottleneckTrial.shareRatio([0, 4]) == .infinity)
    }

    @Test func `the wait allowed is 20 ms or half of what CUBIC makes`() {
        #expect(BottleneckRow.waitLimit(cubic: 10) == 20)
        #expect(BottleneckRow.waitLimit(cubic: 40) == 20)
        #expect(BottleneckRow.waitLimit(cubic: 150) == 75)
    }

    @Test(arguments: [
        (use: 0.9, wait: 20.0, share: 1.1, misses: [String]()), (0.89, 20, 1.1, ["use"]),
        (0.9, 76, 1.1, ["queue"]), (0.9, 75, 1.2, ["share"]), (0.5, 200, 9, ["use", "queue", "share"]),
    ])
    func `a row names the goals it misses`(use: Double, wait: Double, share: Double, misses: [String]) {
        func result(_ controller: String, flows: Int, wait: Double) -> CaseResult {
            var result = CaseResult(suite: .transport, name: controller, seed: 1)
            result.measures = [
                "controller": .string(controller), "flows": .integer(flows), "link_use": .number(use),
                "queueing_ms": .object(["p95": .number(wait)]), "share_ratio": .number(share),
            ]
            return result
        }
        let row = BottleneckRow([
            result("copa", flows: 1, wait: wait), result("copa", flows: 2, wait: wait),
            result("cubic", flows: 1, wait: 150),
        ])
        #expect(row.misses == misses)
    }

    @Test(arguments: CongestionController.Algorithm.allCases, [1, 2])
    func `one seed gives one run`(algorithm: CongestionController.Algorithm, flows: Int) {
        let bottleneck = Bottleneck(megabits: 1, buffer: 1, loss: 0.01)
        let trial = BottleneckTrial(bottleneck, algorithm, flows: flows, seed: 7)
        let (first, second) = (trial.run(), trial.run())
        #expect(first.traceHash == second.traceHash)
        #expect(first.use == second.use)
        #expect(BottleneckTrial(bottleneck, algorithm, flows: flows, seed: 8).run().traceHash != first.traceHash)
    }

    /// The goals of every row, at the buffer where the wait has least room; seeds that the suite does not use by default.
    @Test(arguments: [1, 5, 20, 100], [1, 2] as [UInt64])
    func `a stream fills the line and not its buffer, and two share`(megabits: Double, seed: UInt64) {
        let bottleneck = Bottleneck(megabits: megabits, buffer: 1, loss: 0)
        let alone = BottleneckTrial(bottleneck, .copa, flows: 1, seed: seed).run()
        #expect(alone.use >= 0.95)
        #expect((alone.waits.percentile(95) ?? .infinity) <= 20)
        let together = BottleneckTrial(bottleneck, .copa, flows: 2, seed: seed).run()
        #expect(together.use >= 0.95)
        #expect((together.shareRatio ?? .infinity) <= 1.1)
    }

    /// The line is never carried more than it can, and every key is shown.
    @Test func `figures are of this world`() {
        let trial = BottleneckTrial(Bottleneck(megabits: 5, buffer: 4, loss: 0.01), .cubic, flows: 1, seed: 1)
        let figures = trial.run()
        #expect(figures.use <= 1.001)
        #expect(figures.use > 0.3)
        #expect((figures.keys.percentile(0) ?? 0) >= 40)
        #expect(figures.keys.count > 90)
        #expect(figures.waits.maximum <= 4 * 40 + 1)
    }
}
