/// What became of the population's sessions with one assumption varied, or with none.
package struct SensitivityRow: Sendable {
    /// The assumption; nil for the population as it stands.
    package let assumption: String?
    package let factor: Double
    /// The share of sessions whose surroundings differ from those of the population as it stands.
    package let changedShare: Double
    /// In the order of `SensitivityCase.allCases`.
    package let outcomes: [SensitivityOutcome]

    package init(assumption: String?, factor: Double, changedShare: Double, outcomes: [SensitivityOutcome]) {
        self.assumption = assumption
        self.factor = factor
        self.changedShare = changedShare
        self.outcomes = outcomes
    }

    package var name: String { assumption.map { "\($0) x \(Figure.short(factor))" } ?? "as it stands" }

    /// How far the direct rate of everything over IPv4 moves, in points.
    package var headlineMove: Double { outcomes[SensitivityCase.full.rawValue].move.points }

    var json: JSONValue {
        var members: [String: JSONValue] = [
            "assumption": assumption.map(JSONValue.string) ?? .null, "factor": .rounded(factor),
            "changed_share": .rounded(changedShare),
        ]
        for (sensitivityCase, outcome) in zip(SensitivityCase.allCases, outcomes) {
            members[sensitivityCase.name.replacing("-", with: "_")] = outcome.json
        }
        return .object(members)
    }
}

/// What a sensitivity run looks at.
package enum SensitivityCase: Int, CaseIterable, Sendable {
    case plainICE
    case full
    case fullIPv6

    var populationCase: PopulationCase {
        switch self {
        case .plainICE: PopulationCase(strategy: .plainICE, offer: .ipv4)
        case .full: PopulationCase(strategy: .full, offer: .ipv4)
        case .fullIPv6: PopulationCase(strategy: .full, offer: .everything)
        }
    }

    package var name: String { populationCase.name }
}
