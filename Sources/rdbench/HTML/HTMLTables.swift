import ProgramSupport

/// The numbers beside the pictures.
enum HTMLTables {
    static func results(_ results: [CaseResult]) -> String {
        let sessions = results.filter { $0.codec == nil }
        let codec = results.filter { $0.codec != nil }
        return [sessions.isEmpty ? "" : sessionTable(sessions), codec.isEmpty ? "" : codecTable(codec)]
            .filter { !$0.isEmpty }.joined(separator: "\n<h3>Codec</h3>\n")
    }

    private static func sessionTable(_ results: [CaseResult]) -> String {
        table(
            [
                "suite, case", "sessions", "direct %", "relay %", "fail %", "direct of possible %", "RTT ms p50/p95",
                "TTFF ms p50/p95",
                "setup ms p50/p95", "sharp ms p50/p95", "direct after ms p50/p95",
            ],
            results.map { result in
                [
                    "\(result.suite.rawValue), \(result.name)", Figure.grouped(result.sessions),
                    rate(result, .direct), rate(result, .relayed), rate(result, .failed),
                    result.measures["direct_of_possible_rate"]?.double.map(Figure.percent) ?? "", pair(result.rtt),
                    pair(result.timeToFirstFrame), pair(result.setup), pair(result.timeToSharpFrame),
                    pair(result.timeToDirect),
                ]
            })
    }

    private static func codecTable(_ results: [CaseResult]) -> String {
        table(
            [
                "workload", "frames", "bytes/frame p50/p95", "first frame bytes", "raw bytes/frame", "encode Mpixel/s",
                "decode Mpixel/s", "compare Mpixel/s", "CPU us/frame p50/p95", "KB a screenful", "host ms a screenful",
                "viewer ms a screenful", "exact",
            ],
            results.compactMap { result in
                guard let codec = result.codec else { return nil }
                return [
                    result.name, String(codec.frames), pair(codec.bytesPerFrame), Figure.grouped(codec.firstFrameBytes),
                    Figure.grouped(codec.rawBytesPerFrame), Figure.short(codec.encodeMegapixelsPerSecond),
                    Figure.short(codec.decodeMegapixelsPerSecond), Figure.short(codec.compareMegapixelsPerSecond),
                    pair(codec.cpuPerFrame), codec.bytesPerScreenful.map { Figure.short($0 / 1_000) } ?? "",
                    codec.hostMillisecondsPerScreenful.map(Figure.short) ?? "",
                    codec.viewerMillisecondsPerScreenful.map(Figure.short) ?? "", codec.isLossless ? "yes" : "no",
                ]
            })
    }

    static func sensitivity(_ report: SensitivityReport) -> String {
        table(SensitivityReport.titles.map { $0.replacing("\n", with: " ") }, report.cells)
    }

    static func comparison(_ rows: [ComparisonRow]) -> String {
        table(
            ["", "through the relay", "direct", "how it was measured"],
            rows.map { [$0.subject, $0.relayed, $0.direct, $0.method] }, attributes: "class=\"words\"")
    }

    /// As wide as it must be: it scrolls by itself.
    private static func table(_ titles: [String], _ rows: [[String]], attributes: String = "") -> String {
        "<div class=\"wide\">\(HTML.table(titles, rows, attributes: attributes, namesRows: true))</div>"
    }

    private static func rate(_ result: CaseResult, _ outcome: SessionOutcome) -> String {
        result.outcomes.map { Figure.percent($0.rate(outcome)) } ?? ""
    }

    private static func pair(_ distribution: Distribution?) -> String { distribution.map(Figure.pair) ?? "" }
}
