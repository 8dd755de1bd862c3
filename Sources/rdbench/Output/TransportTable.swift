import Transport

/// What the transport suite measured, as a terminal shows it: a row a bottleneck, the controllers beside each other.
struct TransportTable {
    private let results: [CaseResult]

    init(_ results: [CaseResult]) {
        self.results = results.filter { $0.suite == .transport && $0.measures["controller"] != nil }
    }

    /// Nil if the suite was not run.
    var text: String? {
        guard !results.isEmpty else { return nil }
        var table = TextTable([
            ("ours, Reno, CUBIC", .left), ("use %", .right), ("queue ms\np50/p95", .right), ("key ms\np95", .right),
            ("use %, two", .right), ("queue ms, two\np95", .right), ("share, two", .right), ("missed", .left),
        ])
        for results in grouped {
            let row = BottleneckRow(results)
            table.add([
                words(of: results[0]), each(row, "link_use", 1) { $0.double.map { Figure.whole($0 * 100) } },
                each(row, "queueing_ms", 1) { pair($0) }, each(row, "key_to_pixel_ms", 1) { high($0) },
                each(row, "link_use", 2) { $0.double.map { Figure.whole($0 * 100) } },
                each(row, "queueing_ms", 2) { high($0) },
                each(row, "share_ratio", 2) { $0.double.map(Figure.short) }, row.misses.joined(separator: ", "),
            ])
        }
        return table.text
    }

    /// The results of each bottleneck, in their order.
    private var grouped: [[CaseResult]] {
        var groups: [[CaseResult]] = []
        for result in results {
            if let last = groups.last?.first, key(last) == key(result) {
                groups[groups.count - 1].append(result)
            } else {
                groups.append([result])
            }
        }
        return groups
    }

    private func key(_ result: CaseResult) -> [JSONValue?] {
        ["link_mbit_per_s", "buffer_bdp", "loss"].map { result.measures[$0] }
    }

    private func words(of result: CaseResult) -> String {
        func figure(_ name: String) -> Double { result.measures[name]?.double ?? 0 }
        let loss = figure("loss") > 0 ? ", \(Figure.plain(figure("loss") * 100)) % loss" : ""
        return "\(Figure.plain(figure("link_mbit_per_s"))) Mbit/s, \(Figure.plain(figure("buffer_bdp"))) BDP\(loss)"
    }

    private func each(
        _ row: BottleneckRow, _ name: String, _ flows: Int, _ text: (JSONValue) -> String?
    ) -> String {
        let cells = CongestionController.Algorithm.allCases.map { algorithm in
            row.measure(name, of: algorithm, flows: flows).flatMap(text) ?? "-"
        }
        return cells.joined(separator: " ")
    }

    private func pair(_ value: JSONValue) -> String? {
        guard let median = value["p50"]?.double, let high = value["p95"]?.double else { return nil }
        return "\(Figure.whole(median))/\(Figure.whole(high))"
    }

    private func high(_ value: JSONValue) -> String? { value["p95"]?.double.map(Figure.whole) }
}
