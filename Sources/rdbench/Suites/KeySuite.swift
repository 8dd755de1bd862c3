/// Keys typed in sessions at rest, over simulated paths that lose packets.
struct KeySuite {
    static let roundTrips: [Int64] = [5, 20, 50, 100, 200]
    static let losses = [0, 0.01, 0.03]
    private static let keysByDefault = 600

    let context: SuiteContext

    private struct Case: Sendable {
        let roundTrip: Int64
        let loss: Double
    }

    func run() throws -> [CaseResult] {
        let keys = context.sessions.map { max($0, 20) } ?? Self.keysByDefault
        let seed = context.seed
        let cases = Self.roundTrips.flatMap { roundTrip in
            Self.losses.map { Case(roundTrip: roundTrip, loss: $0) }
        }
        let figures = ParallelCases(name: "transport keys", progress: context.progress)
            .map(
                cases, with: {},
                doing: { wanted, _ in
                    Result {
                        try KeyTrial(
                            roundTripMilliseconds: wanted.roundTrip, loss: wanted.loss, keys: keys, seed: seed
                        ).run()
                    }
                })
        context.progress.note("transport: \(keys) keys over each of \(cases.count) paths")
        return try zip(cases, figures).map { try result(of: $0, try $1.get()) }
    }

    private func result(of wanted: Case, _ figures: KeyTrial.Figures) throws -> CaseResult {
        let loss = wanted.loss > 0 ? "-loss\(Figure.plain(wanted.loss * 100))" : ""
        var result = CaseResult(suite: .transport, name: "keys-\(wanted.roundTrip)ms\(loss)", seed: context.seed)
        result.measures = [
            "path_rtt_ms": .integer(Int(wanted.roundTrip)), "loss": .rounded(wanted.loss),
            "key_to_pixel_ms": figures.latencies.json, "missed_keys": .integer(figures.missed),
            "trace_hash": .string(PopulationTally.hexadecimal(figures.traceHash)),
        ]
        return result
    }

    static let notes = [
        "transport: keys are typed one after the other in whole simulated sessions at rest, direct, the loss on the way in each "
            + "direction; the time is from the key to the pixel that the host changes for it. With 3 % loss the p95 may be a "
            + "round trip more than without."
    ]
}
