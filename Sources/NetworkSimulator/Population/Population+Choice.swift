extension Population {
    /// Something with its share of the draws.
    struct Weighted<Value: Sendable>: Sendable {
        var weight: Double
        var value: Value
        /// What a variation multiplies the weight with.
        var factor = 1.0

        init(weight: Double, value: Value) {
            self.weight = weight
            self.value = value
        }
    }

    /// The choice that a position from 0 to 1 falls on, with its weights as they are varied.
    ///
    /// It is the choice of the unvaried weights unless that has become rarer; then, in just as many cases as it became
    /// rarer by, it is one of those that became more frequent. So as few positions as possible choose otherwise, and
    /// what is left of the position decides: no further random number shifts those that follow.
    ///
    /// - Precondition: there is at least one with a weight.
    static func choose<Value>(_ choices: [Weighted<Value>], at position: Double) -> Value {
        let total = choices.reduce(0) { $0 + $1.weight }
        let (index, rest) = pick(choices.map(\.weight), at: position * total)
        guard choices.contains(where: { $0.factor != 1 }) else { return choices[index].value }
        let variedTotal = choices.reduce(0) { $0 + $1.weight * $1.factor }
        guard variedTotal > 0 else { return choices[index].value }
        let gains = choices.map { $0.weight * $0.factor / variedTotal - $0.weight / total }
        let kept = min(1, 1 + gains[index] * total / choices[index].weight)
        guard rest >= kept else { return choices[index].value }
        let rarer = (rest - kept) / (1 - kept)
        let excess = gains.map { max(0, $0) }
        return choices[pick(excess, at: rarer * excess.reduce(0, +)).index].value
    }

    /// The weight that a position falls on, and how far into it: 0 to 1.
    private static func pick(_ weights: [Double], at position: Double) -> (index: Int, rest: Double) {
        var left = position
        for (index, weight) in weights.enumerated() where weight > 0 {
            if left < weight { return (index, left / weight) }
            left -= weight
        }
        return (weights.lastIndex { $0 > 0 } ?? weights.count - 1, 0)
    }
}
