import Transport

/// Bulk streams over simulated bottlenecks under our congestion control, Reno's and CUBIC's, one and two at a time.
struct TransportSuite {
    private static let runsByDefault = 1

    let context: SuiteContext

    private struct Case: Sendable {
        let bottleneck: Bottleneck
        let algorithm: CongestionController.Algorithm
        let flows: Int

        var name: String {
            "\(bottleneck.name)-\(BottleneckRow.name(of: algorithm))" + (flows > 1 ? "-\(flows)flows" : "")
        }
    }

    func run() -> [CaseResult] {
        let runs = context.sessions ?? Self.runsByDefault
        let cases = Bottleneck.all.flatMap { bottleneck in
            CongestionController.Algorithm.allCases.flatMap { algorithm in
                [1, 2].map { Case(bottleneck: bottleneck, algorithm: algorithm, flows: $0) }
            }
        }
        // Fast lines take longest: they begin.
        let order = cases.indices.sorted { cases[$0].bottleneck.megabits > cases[$1].bottleneck.megabits }
        let trials = order.flatMap { index in (0..<runs).map { (index: index, run: $0) } }
        let figures = ParallelCases(name: "transport", progress: context.progress).map(
            trials, with: {},
            doing: { trial, _ in
                let wanted = cases[trial.index]
                return BottleneckTrial(
                    wanted.bottleneck, wanted.algorithm, flows: wanted.flows, seed: context.seed &+ UInt64(trial.run)
                ).run()
            })
        var found: [[BottleneckTrial.Figures]] = Array(repeating: [], count: cases.count)
        for (trial, figures) in zip(trials, figures) { found[trial.index].append(figures) }
        context.progress.note("transport: \(trials.count) runs over \(Bottleneck.all.count) bottlenecks")
        return zip(cases, found).map { result(of: $0, $1) }
    }

    private func result(of wanted: Case, _ figures: [BottleneckTrial.Figures]) -> CaseResult {
        var result = CaseResult(suite: .transport, name: wanted.name, seed: context.seed)
        var (waits, keys) = (Distribution(), Distribution())
        for run in figures {
            waits.merge(run.waits)
            keys.merge(run.keys)
        }
        let hash = figures.reduce(PopulationTally.hashStart) { PopulationTally.combine($0, $1.traceHash) }
        result.measures = [
            "controller": .string(BottleneckRow.name(of: wanted.algorithm)),
            "link_mbit_per_s": .rounded(wanted.bottleneck.megabits), "buffer_bdp": .rounded(wanted.bottleneck.buffer),
            "loss": .rounded(wanted.bottleneck.loss), "flows": .integer(wanted.flows), "runs": .integer(figures.count),
            "path_rtt_ms": .rounded(Bottleneck.roundTrip.milliseconds),
            "link_use": .rounded(figures.reduce(0) { $0 + $1.use } / Double(max(figures.count, 1))),
            "queueing_ms": waits.json, "key_to_pixel_ms": keys.json,
            "trace_hash": .string(PopulationTally.hexadecimal(hash)),
        ]
        let ratios = figures.compactMap(\.shareRatio)
        if !ratios.isEmpty { result.measures["share_ratio"] = .rounded(min(ratios.reduce(0, max), 1e6)) }
        return result
    }

    static let notes = [
        "transport: a bulk stream over a line of this rate with a buffer in bandwidth-delay products, round trip "
            + "\(Int(Bottleneck.roundTrip.milliseconds)) ms, in virtual time; one seed gives one run, packet for packet. Use is "
            + "what the line carried of what it could, queue what packets waited before it (p50/p95), both from two seconds after "
            + "the start, with two streams from eight, six after the second has begun. Ours is Copa's target approached by FAST's law; Reno is RFC 9002's NewReno, CUBIC is RFC 9438, all in "
            + "the same transport. Key is from a key to the change it makes beside the bulk stream (p95). Share is what the "
            + "one of two streams gets over what the other gets."
    ]
}
