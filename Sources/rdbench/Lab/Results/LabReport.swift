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
            ("failed", .right), ("split", .right), ("connect ms\np50/p95", .right), ("TTFF ms\np50/p95", .right),
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
            ? " (\(Figure.short((total.setup?.percentile(95) ?? 0) / far)) round trips of \(Figure.short(far)) ms)" : ""
        let missing = possible.filter { $0.tally.result.outcomes?.rate(.direct) != 1 }.map(\.pair.name)
        let missed = missing.isEmpty ? "" : "\nNot always direct: \(missing.joined(separator: ", "))"
        return WrappedText.lines(
            "\(whole.count) of the \(possible.count) pairs that can go direct always did; "
                + "\(total.outcomes?[.failed] ?? 0) of \(total.sessions) sessions failed, "
                + "\(total.measures["split_sessions"]?.double.map { Figure.grouped(Int($0)) } ?? "0") ended split; "
                + "first path after \(setup) ms p50/p95\(trips).", width: 120) + missed
    }
}
