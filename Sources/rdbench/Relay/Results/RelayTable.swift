/// What relays cost, side by side, as a terminal shows it.
package struct RelayTable {
    private let results: [CaseResult]

    package init(_ results: [CaseResult]) { self.results = results.filter { $0.suite == .relay } }

    /// Nil if the suite was not run.
    package var text: String? {
        guard !results.isEmpty else { return nil }
        return [packets.text, latency.text, flood.text, allocations.text, strangers.text].joined(separator: "\n\n")
    }

    private var packets: TextTable {
        var table = TextTable([
            ("relayed packets", .left), ("CPU us\na packet", .right), ("coturn", .right),
            ("share of\ncoturn's", .right),
            ("packets\na second", .right), ("coturn", .right), ("lost\n%", .right), ("coturn", .right),
        ])
        for (own, other) in pairs(with: "cpu_us_per_packet") {
            table.add([
                own.name, median(own, "cpu_us_per_packet"), median(other, "cpu_us_per_packet"),
                median(own, "cpu_of_coturn"), median(own, "packets_per_s"), median(other, "packets_per_s"),
                percent(own, "loss"), percent(other, "loss"),
            ])
        }
        return table
    }

    private var latency: TextTable {
        var table = TextTable([
            ("one packet at a time", .left), ("one way us\np50/p95", .right), ("coturn", .right),
            ("without relay", .right), ("added us\np50/p95", .right), ("coturn", .right),
            ("lost\n%", .right), ("coturn", .right),
        ])
        for (own, other) in pairs(with: "one_way_us") {
            table.add([
                own.name, both(own, "one_way_us"), both(other, "one_way_us"), both(own, "direct_us"),
                added(own), added(other), percent(own, "loss"), percent(other, "loss"),
            ])
        }
        return table
    }

    private var flood: TextTable {
        var table = TextTable([
            ("one way", .left), ("requests\na second", .right), ("quiet us\np50/p95", .right),
            ("flooded us\np50/p95", .right), ("lost\n%", .right), ("coturn: requests\na second", .right),
            ("quiet", .right), ("flooded", .right), ("lost\n%", .right),
        ])
        for (own, other) in pairs(with: "flooded_us") {
            table.add([
                own.name, number(own, "flood_per_s"), both(own, "quiet_us"), both(own, "flooded_us"),
                percent(own, "loss"), number(other, "flood_per_s"), both(other, "quiet_us"), both(other, "flooded_us"),
                percent(other, "loss"),
            ])
        }
        return table
    }

    private var allocations: TextTable {
        var table = TextTable([
            ("allocations", .left), ("bytes\nof each", .right), ("coturn", .right), ("kernel's\nbytes", .right),
            ("CPU us\nof each", .right), ("coturn", .right), ("share of\ncoturn's", .right),
        ])
        for (own, other) in pairs(with: "cpu_us_per_allocation") {
            table.add([
                own.name, number(own, "resident_bytes_per_allocation"), number(other, "resident_bytes_per_allocation"),
                number(own, "kernel_bytes_per_socket"), number(own, "cpu_us_per_allocation"),
                number(other, "cpu_us_per_allocation"), number(own, "cpu_of_coturn"),
            ])
        }
        return table
    }

    private var strangers: TextTable {
        var table = TextTable([
            ("without credentials", .left), ("bytes kept\nof each", .right), ("coturn", .right),
            ("bytes back\nfor one", .right), ("coturn", .right),
        ])
        for (own, other) in pairs(with: "bytes_back_per_byte") {
            table.add([
                own.name, number(own, "bytes_kept_per_request"), number(other, "bytes_kept_per_request"),
                number(own, "bytes_back_per_byte"), number(other, "bytes_back_per_byte"),
            ])
        }
        return table
    }

    private func pairs(with name: String) -> [(CaseResult, CaseResult?)] {
        let wanted = results.filter { $0.measures[name] != nil }
        return wanted.filter { $0.measures["peer"] == nil }.map { own in
            (own, wanted.first { $0.name == own.name && $0.measures["peer"] != nil })
        }
    }

    private func number(_ result: CaseResult?, _ name: String) -> String {
        result?.measures[name]?.double.map(Figure.short) ?? ""
    }

    private func percent(_ result: CaseResult?, _ name: String) -> String {
        result?.measures[name]?.double.map(Figure.percent) ?? ""
    }

    private func median(_ result: CaseResult?, _ name: String) -> String {
        result?.measures[name]?["p50"]?.double.map(Figure.short) ?? ""
    }

    private func both(_ result: CaseResult?, _ name: String) -> String {
        result?.measures[name]?.pair ?? ""
    }

    private func added(_ result: CaseResult?) -> String {
        guard let median = result?.measures["added_us_p50"]?.double, let high = result?.measures["added_us_p95"]?.double
        else { return "" }
        return "\(Figure.short(median))/\(Figure.short(high))"
    }
}
