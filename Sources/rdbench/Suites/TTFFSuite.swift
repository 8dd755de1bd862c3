import PeerSession

/// From the open WebSocket to the first picture, over simulated paths, beside the least that it could take.
struct TTFFSuite {
    /// Without loss only the order of what happens at one time is drawn.
    private static let sessionsByDefault = (lossless: 8, lossy: 24)

    let context: SuiteContext

    func run() throws -> (results: [CaseResult], notes: [String]) {
        let picture = FirstPicture(seed: context.seed)
        let trial = FirstFrameTrial(picture: picture, seed: context.seed)
        let plans = cases.flatMap { wanted in
            (0..<sessions(of: wanted)).map { index in
                FirstFrameTrial.Plan(wanted: wanted, seed: context.seed &+ UInt64(index) &* 0x9E37_79B9)
            }
        }
        let ended = ParallelCases(name: "ttff", progress: context.progress)
            .map(
                plans, with: { FirstFrameTrial.Hosts() },
                doing: { plan, hosts in
                    Result { try trial.run(plan, visiting: &hosts) }
                })
        var found: [FirstFrameCase: [FirstFrameTrial.Result]] = [:]
        for (plan, result) in zip(plans, ended) { found[plan.wanted, default: []].append(try result.get()) }
        context.progress.note("ttff: \(plans.count) sessions")
        let results = cases.map { result(of: $0, found[$0] ?? [], picture) }
        return (results, Self.notes(on: picture))
    }

    private var cases: [FirstFrameCase] { context.strategies.flatMap(FirstFrameCase.all) }

    private func sessions(of wanted: FirstFrameCase) -> Int {
        context.sessions ?? (wanted.loss > 0 ? Self.sessionsByDefault.lossy : Self.sessionsByDefault.lossless)
    }

    private func result(
        of wanted: FirstFrameCase, _ sessions: [FirstFrameTrial.Result], _ picture: FirstPicture
    ) -> CaseResult {
        var result = CaseResult(suite: .ttff, name: wanted.name, seed: context.seed)
        result.sessions = sessions.count
        var outcomes = OutcomeCounts()
        for session in sessions {
            outcomes.count(session.firstFrame == nil ? .failed : session.isRelayed ? .relayed : .direct)
        }
        result.outcomes = outcomes
        result.timeToFirstFrame = Distribution(sessions.compactMap(\.firstFrame))
        result.setup = Distribution(sessions.compactMap(\.setup))
        let hash = sessions.reduce(PopulationTally.hashStart) { PopulationTally.combine($0, $1.traceHash) }
        result.measures = [
            "strategy": .string(wanted.strategy.rawValue), "pattern": .string(wanted.access.rawValue),
            "path_rtt_ms": .rounded(wanted.roundTrip.milliseconds), "loss": .rounded(wanted.loss),
            "link_mbit_per_s": .rounded(FirstFrameCase.megabits), "picture_bytes": .integer(picture.wireBytes),
            "limit_ms": .rounded(
                FirstFrameCase.limitMilliseconds(
                    roundTrip: wanted.roundTrip, pictureBytes: picture.wireBytes, megabits: FirstFrameCase.megabits)),
            "trace_hash": .string(PopulationTally.hexadecimal(hash)),
        ]
        return result
    }

    private static func notes(on picture: FirstPicture) -> [String] {
        [
            "ttff: simulated sessions between two homes behind port-restricted NATs, each a quarter of the round trip from the "
                + "internet and the server, the host's line \(Figure.plain(FirstFrameCase.megabits)) Mbit/s, the loss on the way in each direction; "
                + "from the viewer's open WebSocket to the first picture, \(picture.picture.width)x\(picture.picture.height), "
                + "every part at 28 dB or better: \(picture.datagrams) datagrams, \(Figure.grouped(picture.wireBytes)) bytes with all "
                + "headers. The limit is one signaling exchange, one round trip of the path and these bytes on the wire. "
                + "Missed names what is beyond: without loss p50 10 %, p95 25 % over the limit; with 1 % loss p95 a round trip more."
        ]
    }
}
