/// The one table that a run prints.
struct ResultTable {
    private var table = TextTable([
        ("suite", .left), ("case", .left), ("sessions", .right), ("direct\n%", .right), ("relay\n%", .right),
        ("fail\n%", .right), ("direct of\npossible %", .right), ("direct ms\np50/p95", .right),
        ("RTT ms\np50/p95", .right), ("TTFF ms\np50/p95", .right),
        ("setup ms\np50/p95", .right), ("sharp ms\np50/p95", .right), ("frames", .right),
        ("bytes/frame\np50/p95", .right), ("encode\nMpx/s", .right), ("decode\nMpx/s", .right),
        ("CPU us/frame\np50/p95", .right), ("KB a\nscreenful", .right), ("host ms a\nscreenful", .right),
    ])

    init(_ results: [CaseResult]) {
        for result in results { table.add(Self.cells(result)) }
    }

    var text: String { table.text }

    private static func cells(_ result: CaseResult) -> [String] {
        let codec = result.codec
        return [
            result.suite.rawValue, result.name, result.sessions > 0 ? String(result.sessions) : "",
            rate(result, .direct), rate(result, .relayed), rate(result, .failed),
            result.measures["direct_of_possible_rate"]?.double.map(Figure.percent) ?? "", pair(result.timeToDirect),
            pair(result.rtt),
            pair(result.timeToFirstFrame), pair(result.setup), pair(result.timeToSharpFrame),
            codec.map { String($0.frames) } ?? "", pair(codec?.bytesPerFrame),
            codec.map { Figure.short($0.encodeMegapixelsPerSecond) } ?? "",
            codec.map { Figure.short($0.decodeMegapixelsPerSecond) } ?? "", pair(codec?.cpuPerFrame),
            codec?.bytesPerScreenful.map { Figure.short($0 / 1_000) } ?? "",
            codec?.hostMillisecondsPerScreenful.map(Figure.short) ?? "",
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
