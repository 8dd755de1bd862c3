/// One case's outcomes with an assumption varied, beside those of the same sessions without.
package struct SensitivityOutcome: Sendable {
    package let counts: OutcomeCounts
    package let move: PairedMove

    /// - Precondition: as many of both; session for session the same random numbers.
    package init(_ varied: [SessionOutcome], base: [SessionOutcome]) {
        var counts = OutcomeCounts()
        for outcome in varied { counts.count(outcome) }
        self.counts = counts
        move = PairedMove(zip(varied, base).map { ($0 == .direct ? 1 : 0) - ($1 == .direct ? 1 : 0) })
    }

    var json: JSONValue {
        .object([
            "direct_rate": .rounded(counts.rate(.direct)), "relay_rate": .rounded(counts.rate(.relayed)),
            "failure_rate": .rounded(counts.rate(.failed)), "move_points": .rounded(move.points),
            "move_error_points": .rounded(move.errorPoints),
        ])
    }
}
