/// How many sessions ended how.
package struct OutcomeCounts: Hashable, Sendable {
    private var direct = 0
    private var relayed = 0
    private var failed = 0

    package init() {}

    package mutating func count(_ outcome: SessionOutcome) {
        switch outcome {
        case .direct: direct += 1
        case .relayed: relayed += 1
        case .failed: failed += 1
        }
    }

    package var total: Int { direct + relayed + failed }

    package subscript(outcome: SessionOutcome) -> Int {
        switch outcome {
        case .direct: direct
        case .relayed: relayed
        case .failed: failed
        }
    }

    /// The share of all sessions, 0 to 1.
    package func rate(_ outcome: SessionOutcome) -> Double {
        total == 0 ? 0 : Double(self[outcome]) / Double(total)
    }
}
