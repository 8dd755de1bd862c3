/// Files beside bare copies, as a terminal shows them.
package struct FileTable {
    private let results: [CaseResult]

    package init(_ results: [CaseResult]) { self.results = results.filter { $0.suite == .files } }

    /// Nil if none were sent.
    package var text: String? {
        guard !results.isEmpty else { return nil }
        var table = TextTable([
            ("file", .left), ("MB", .right), ("Mbit/s\np50", .right), ("bare TCP Mbit/s\np50", .right), ("by", .left),
            ("CPU s a GB\nboth ends", .right), ("missed", .left),
        ])
        for result in results {
            table.add([
                result.name, Figure.short((result.measures["file_bytes"]?.double ?? 0) / 1e6),
                median(result, "file_mbit_per_s"), median(result, "tcp_mbit_per_s"),
                result.measures["tcp_congestion_control"]?.text ?? "", median(result, "cpu_s_per_gb"),
                FileSuite.misses(result).joined(separator: ", "),
            ])
        }
        return table.text
    }

    private func median(_ result: CaseResult, _ name: String) -> String {
        result.measures[name]?["p50"]?.double.map { Figure.short($0) } ?? ""
    }
}
