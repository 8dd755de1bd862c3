/// One pair in one condition.
struct LabRow: Sendable {
    let pair: LabPair
    let tally: LabTally

    var isPossible: Bool { pair.isDirectPossible }

    private var theory: String { pair.isDirectByICE ? "plain" : isPossible ? "hard" : "impossible" }

    var cells: [String] {
        let result = tally.result
        let outcomes = result.outcomes ?? OutcomeCounts()
        return [
            pair.name, theory, String(result.sessions), "\(outcomes[.direct])", "\(outcomes[.relayed])",
            "\(outcomes[.failed])", "\(tally.splitSessions)", figures(result.setup), figures(result.timeToFirstFrame),
            figures(result.timeToDirect), figures(tally.moved), figures(tally.connected),
        ]
    }

    private func figures(_ distribution: Distribution?) -> String {
        guard let distribution, !distribution.isEmpty else { return "" }
        return Figure.pair(distribution)
    }
}
