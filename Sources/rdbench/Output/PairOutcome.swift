/// The outcomes of all sessions between two kinds of networks, whoever of them hosts.
package struct PairOutcome: Sendable {
    /// The two kinds' names in alphabetical order.
    package let first: String
    package let second: String
    package var outcomes = OutcomeCounts()
    /// Sessions for which a direct path exists at all, by any method.
    package var possible = 0

    package init(_ one: String, _ other: String) {
        first = min(one, other)
        second = max(one, other)
    }

    package var json: JSONValue {
        .object([
            "first": .string(first), "second": .string(second), "sessions": .integer(outcomes.total),
            "direct": .integer(outcomes[.direct]), "relayed": .integer(outcomes[.relayed]),
            "failed": .integer(outcomes[.failed]), "possible": .integer(possible),
        ])
    }
}
