/// The one table that a run prints.
struct ResultTable {
    private var table = TextTable([
        ("suite", .left), ("case", .left), ("sessions", .right), ("direct %", .right), ("relay %", .right),
        ("fail %", .right), ("RTT ms p50/p95", .right), ("TTFF ms p50/p95", .right), ("setup ms p50/p95", .right),
        ("sharp ms p50/p95", .right), ("frames", .right), ("bytes/frame p50/p95", .right), ("enc Mpx/s", .right),
        ("dec Mpx/s", .right), ("CPU us/frame p50/p95", .right),
    ])

    init(_ results: [CaseResult]) {
        for result in results { table.add(Self.cells(result)) }
    }

    var text: String { table.text }

    private static func cells(_ result: CaseResult) -> [String] {
        let codec = result.codec
        return [
            result.suite.rawValue, result.name, result.sessions > 0 ? String(result.sessions) : "",
            rate(result, .direct), rate(result, .relayed), rate(result, .failed), pair(result.rtt),
            pair(result.timeToFirstFrame), pair(result.setup), pair(result.timeToSharpFrame),
            codec.map { String($0.frames) } ?? "", pair(codec?.bytesPerFrame),
            codec.map { Figure.short($0.encodeMegapixelsPerSecond) } ?? "",
            codec.map { Figure.short($0.decodeMegapixelsPerSecond) } ?? "", pair(codec?.cpuPerFrame),
        ]
    }

    private static func rate(_ result: CaseResult, _ outcome: SessionOutcome) -> String {
        result.outcomes.map { Figure.percent($0.rate(outcome)) } ?? ""
    }

    private static func pair(_ distribution: Distribution?) -> String {
        guard let distribution else { return "" }
        return Figure.pair(distribution)
    }
}
