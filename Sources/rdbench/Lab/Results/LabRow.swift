/// One pair in one condition.
struct LabRow: Sendable {
    let pair: LabPair
    let condition: LabCondition
    let tally: LabTally

    var isPossible: Bool { pair.isDirectPossible }

    private var theory: String { pair.isDirectByICE ? "plain" : isPossible ? "hard" : "impossible" }

    var cells: [String] {
        let result = tally.result
        let outcomes = result.outcomes ?? OutcomeCounts()
        return [
            pair.name, theory, String(result.sessions), "\(outcomes[.direct])", "\(outcomes[.relayed])",
            "\(outcomes[.failed])", "\(tally.splitSessions)", figures(result.setup), roundTrips,
            figures(result.timeToFirstFrame), figures(result.timeToDirect), figures(tally.moved),
            figures(tally.connected),
        ]
    }

    /// What the first path should not take longer than.
    private var limitMilliseconds: Double { condition.firstPathLimitMilliseconds(for: pair) }

    /// The 95th percentile of the time to the first path, if it is over the limit.
    var excess: Double? {
        guard let high = tally.result.setup?.percentile(95), high > limitMilliseconds else {
            return nil
        }
        return high
    }

    /// The time to the first path, in round trips between the peers.
    private var roundTrips: String {
        guard condition.roundTripMilliseconds > 0, let setup = tally.result.setup, !setup.isEmpty else { return "" }
        return [50, 95].map {
            Figure.short((setup.percentile($0) ?? 0) / condition.roundTripMilliseconds)
        }.joined(separator: "/")
    }

    private func figures(_ distribution: Distribution?) -> String {
        guard let distribution, !distribution.isEmpty else { return "" }
        return Figure.pair(distribution)
    }
}
