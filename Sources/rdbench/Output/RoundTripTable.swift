/// Round trips of processes beside a bare datagram's, as a terminal shows them.
struct RoundTripTable {
    private let results: [CaseResult]

    init(_ results: [CaseResult]) {
        self.results = results.filter { $0.suite == .transport && $0.measures["udp_echo_rtt_ms"] != nil }
    }

    /// Nil if none were measured.
    var text: String? {
        guard !results.isEmpty else { return nil }
        var table = TextTable([
            ("round trip of processes", .left), ("UDP echo ms\np50/p95", .right),
            ("session at rest ms\np50/p95", .right),
            ("under video ms\np50/p95", .right), ("missed", .left),
        ])
        for result in results {
            table.add([
                result.name, pair(result, "udp_echo_rtt_ms"), pair(result, "idle_rtt_ms"),
                pair(result, "video_rtt_ms"), RealPathSuite.misses(result).joined(separator: ", "),
            ])
        }
        return table.text
    }

    private func pair(_ result: CaseResult, _ name: String) -> String {
        result.measures[name]?.pair ?? ""
    }
}
