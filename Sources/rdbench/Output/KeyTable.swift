/// Keys over paths that lose packets, as a terminal shows them: a row a round trip.
package struct KeyTable {
    private let results: [CaseResult]

    package init(_ results: [CaseResult]) {
        self.results = results.filter { $0.suite == .transport && $0.measures["missed_keys"] != nil }
    }

    /// Nil if nothing was typed.
    package var text: String? {
        guard !results.isEmpty else { return nil }
        let losses = KeySuite.losses.map { $0 > 0 ? "\(Figure.plain($0 * 100)) % loss" : "no loss" }
        var table = TextTable(
            [("key to pixel, round trip ms", .left)] + losses.map { ("\($0)\np50/p95 ms", .right) }
                + [("3 % over none,\nround trips", .right), ("missed", .left)])
        for roundTrip in KeySuite.roundTrips.map(Double.init) {
            let over = Self.excess(in: results, roundTrip: roundTrip)
            table.add(
                [Figure.plain(roundTrip)]
                    + KeySuite.losses.map { Self.pair(Self.result(in: results, roundTrip, $0)) }
                    + [over.map(Figure.short) ?? "", over.map { $0 > 1 ? "3 % loss" : "" } ?? ""])
        }
        return table.text
    }

    /// How many round trips the p95 with 3 % loss is over that without; nil if one was not measured.
    package static func excess(in results: [CaseResult], roundTrip: Double) -> Double? {
        guard let lossy = high(result(in: results, roundTrip, 0.03)),
            let clean = high(result(in: results, roundTrip, 0))
        else { return nil }
        return (lossy - clean) / roundTrip
    }

    private static func result(in results: [CaseResult], _ roundTrip: Double, _ loss: Double) -> CaseResult? {
        results.first { $0.measures["path_rtt_ms"]?.double == roundTrip && $0.measures["loss"]?.double == loss }
    }

    /// A key that was never shown took for ever.
    private static func high(_ result: CaseResult?) -> Double? {
        guard let result else { return nil }
        if result.measures["missed_keys"]?.double ?? 0 > 0 { return .infinity }
        return result.measures["key_to_pixel_ms"]?["p95"]?.double
    }

    private static func pair(_ result: CaseResult?) -> String {
        guard let median = result?.measures["key_to_pixel_ms"]?["p50"]?.double, let high = high(result) else {
            return ""
        }
        return "\(Figure.short(median))/\(high.isFinite ? Figure.short(high) : "never")"
    }
}
