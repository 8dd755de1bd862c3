/// What the laboratory found in one condition.
struct LabReport: Sendable {
    let condition: LabCondition
    /// All sessions together; its `pairs` are the matrix.
    var total: CaseResult
    var rows: [LabRow] = []

    /// One row a pair, and what they come to.
    var text: String {
        var table = TextTable([
            ("pair", .left), ("direct is", .left), ("sessions", .right), ("direct", .right), ("relayed", .right),
            ("failed", .right), ("split", .right), ("connect ms\np50/p95", .right), ("connect RTT\np50/p95", .right),
            ("TTFF ms\np50/p95", .right),
            ("direct ms\np50/p95", .right), ("move ms\np50/p95", .right), ("process ms\np50/p95", .right),
        ])
        for row in rows { table.add(row.cells) }
        return "Laboratory, \(condition.words)\n\n\(table.text)\n\n\(summary)"
    }

    private var summary: String {
        let possible = rows.filter(\.isPossible)
        let whole = possible.filter { $0.tally.result.outcomes?.rate(.direct) == 1 }
        let setup = total.setup.map(Figure.pair) ?? "-"
        let far = condition.roundTripMilliseconds
        let trips =
            far > 0
            ? " (\(trips(50, far))/\(trips(95, far)) round trips of \(Figure.short(far)) ms)" : ""
        let missing = possible.filter { $0.tally.result.outcomes?.rate(.direct) != 1 }.map(\.pair.name)
        let missed = missing.isEmpty ? "" : "\nNot always direct: \(missing.joined(separator: ", "))"
        return WrappedText.lines(
            "\(whole.count) of the \(possible.count) pairs that can go direct always did; "
                + "\(total.outcomes?[.failed] ?? 0) of \(total.sessions) sessions failed, "
                + "\(total.measures["split_sessions"]?.double.map { Figure.grouped(Int($0)) } ?? "0") ended split; "
                + "first path after \(setup) ms p50/p95\(trips).", width: 120) + missed + excesses
    }

    private func trips(_ percent: Double, _ roundTrip: Double) -> String {
        Figure.short((total.setup?.percentile(percent) ?? 0) / roundTrip)
    }

    /// The pairs whose first path takes too long: longer than 50 ms without delay, four round trips with it, and what the
    /// host hears late.
    private var excesses: String {
        let late = rows.compactMap { row in row.excess.map { "\(row.pair.name) \(Figure.short($0))" } }
        guard !late.isEmpty else { return "\nNo pair's first path has its 95th percentile over the limit." }
        return "\n"
            + WrappedText.lines(
                "\(late.count) of \(rows.count) pairs with the 95th percentile of the first path over the limit "
                    + "(limit_ms): \(late.joined(separator: ", "))", width: 120)
    }
}
