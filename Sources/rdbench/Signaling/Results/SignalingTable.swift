/// What waiting hosts and meetings cost, as a terminal shows it.
package struct SignalingTable {
    private let results: [CaseResult]

    package init(_ results: [CaseResult]) { self.results = results.filter { $0.suite == .signaling } }

    /// Nil if the suite was not run.
    package var text: String? {
        guard !results.isEmpty else { return nil }
        let isChurn = results.contains { $0.measures["sessions_per_s"] != nil }
        return isChurn ? churn.text : waiting.text
    }

    private var churn: TextTable {
        var table = TextTable([
            ("signaling", .left), ("sessions", .right), ("failed", .right), ("sessions\na second", .right),
            ("session ms\np50/p95/p99", .right), ("packets\nlost", .right), ("CPU us\na session", .right),
            ("MB, second\nquarter", .right), ("MB, last\nquarter", .right), ("share", .right),
            ("descriptors\nat first", .right), ("at last", .right), ("first problem", .left),
        ])
        for result in results {
            table.add([
                result.name, Figure.grouped(result.sessions), number(result, "failed"),
                number(result, "sessions_per_s"),
                percentiles(result, "session_ms"), number(result, "packets_lost"), number(result, "cpu_us_per_session"),
                megabytes(result, "resident_bytes_quarter_2"), megabytes(result, "resident_bytes_quarter_4"),
                result.measures["last_of_second_quarter"]?.double.map { Figure.percent($0) + " %" } ?? "",
                number(result, "descriptors_first"), number(result, "descriptors_last"),
                result.measures["problem"]?.text ?? "",
            ])
        }
        return table
    }

    private var waiting: TextTable {
        var table = TextTable([
            ("signaling", .left), ("servers", .right), ("bytes of\na host", .right), ("hosts\na second", .right),
            ("CPU us\na host", .right), ("meetings\na second", .right), ("exchange ms\np50/p95/p99", .right),
            ("lost", .right), ("hosts\nlost", .right), ("CPU us\na meeting", .right),
        ])
        for result in results {
            table.add([
                result.name, number(result, "servers"), number(result, "resident_bytes_per_host"),
                number(result, "hosts_per_s"), number(result, "cpu_us_per_host"), number(result, "meetings_per_s"),
                percentiles(result, "exchange_ms"), number(result, "lost"), number(result, "hosts_lost"),
                number(result, "cpu_us_per_meeting"),
            ])
        }
        return table
    }

    private func megabytes(_ result: CaseResult, _ name: String) -> String {
        result.measures[name]?.double.map { Figure.short($0 / 1e6) } ?? ""
    }

    private func number(_ result: CaseResult, _ name: String) -> String {
        guard let value = result.measures[name] else { return "" }
        if case .integer(let number) = value { return Figure.grouped(number) }
        return value.double.map(Figure.short) ?? ""
    }

    private func percentiles(_ result: CaseResult, _ name: String) -> String {
        guard let exchange = result.measures[name] else { return "" }
        return ["p50", "p95", "p99"].compactMap { exchange[$0]?.double.map(Figure.short) }.joined(separator: "/")
    }
}
