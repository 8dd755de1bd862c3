/// The results of one strategy, pattern and round trip, and what they are held to.
package struct FirstFrameRow {
    /// What p50 and p95 may take without loss, in limits.
    private static let allowed = (median: 1.1, high: 1.25)

    private let results: [CaseResult]

    /// - Parameter results: with every loss.
    package init(_ results: [CaseResult]) { self.results = results }

    package var limit: Double { results.first?.measures["limit_ms"]?.double ?? 0 }

    func result(loss: Double) -> CaseResult? { results.first { $0.measures["loss"]?.double == loss } }

    /// What of the goals is missed, in words.
    package var misses: [String] {
        let roundTrip = results.first?.measures["path_rtt_ms"]?.double ?? 0
        var misses: [String] = []
        if time(loss: 0, percent: 50) > limit * Self.allowed.median { misses.append("p50") }
        if time(loss: 0, percent: 95) > limit * Self.allowed.high { misses.append("p95") }
        if result(loss: 0.01) != nil, time(loss: 0.01, percent: 95) > limit * Self.allowed.high + roundTrip {
            misses.append("1 % loss")
        }
        return misses
    }

    private func time(loss: Double, percent: Double) -> Double {
        guard let result = result(loss: loss), result.outcomes?.rate(.failed) == 0 else { return .infinity }
        return result.timeToFirstFrame?.percentile(percent) ?? .infinity
    }
}
