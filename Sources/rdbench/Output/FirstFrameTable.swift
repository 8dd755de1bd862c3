/// What the ttff suite measured, as a terminal shows it: a row a strategy, pattern and round trip.
struct FirstFrameTable {
    private let results: [CaseResult]

    init(_ results: [CaseResult]) { self.results = results.filter { $0.suite == .ttff } }

    /// Nil if the suite was not run.
    var text: String? {
        guard !results.isEmpty else { return nil }
        let losses = FirstFrameCase.losses.map { $0 > 0 ? "\(Figure.plain($0 * 100)) % loss" : "no loss" }
        var table = TextTable(
            [
                ("time to first frame", .left), ("pattern", .left), ("round trip\nms", .right), ("limit ms", .right),
            ] + losses.map { ("\($0)\np50/p95 ms", .right) } + [("p50, p95\nof limit", .right), ("missed", .left)])
        for group in grouped {
            let row = FirstFrameRow(group)
            table.add(
                [
                    group[0].measures["strategy"]?.text ?? "", group[0].measures["pattern"]?.text ?? "",
                    (group[0].measures["path_rtt_ms"]?.double).map(Figure.plain) ?? "", Figure.short(row.limit),
                ]
                    + FirstFrameCase.losses.map { pair(row.result(loss: $0)) }
                    + [ofLimit(row), row.misses.joined(separator: ", ")])
        }
        return table.text
    }

    private var grouped: [[CaseResult]] {
        results.reduce(into: [[CaseResult]]()) { groups, result in
            if let last = groups.last?.first, key(last) == key(result) {
                groups[groups.count - 1].append(result)
            } else {
                groups.append([result])
            }
        }
    }

    private func key(_ result: CaseResult) -> [JSONValue?] {
        ["strategy", "pattern", "path_rtt_ms"].map { result.measures[$0] }
    }

    private func pair(_ result: CaseResult?) -> String {
        guard let result, let times = result.timeToFirstFrame else { return "" }
        let failed = result.outcomes?.rate(.failed) ?? 0
        return Figure.pair(times) + (failed > 0 ? " (\(Figure.percent(failed)) % failed)" : "")
    }

    private func ofLimit(_ row: FirstFrameRow) -> String {
        guard let times = row.result(loss: 0)?.timeToFirstFrame, let median = times.percentile(50),
            let high = times.percentile(95), row.limit > 0
        else { return "" }
        return "\(Figure.short(median / row.limit)), \(Figure.short(high / row.limit))"
    }
}
