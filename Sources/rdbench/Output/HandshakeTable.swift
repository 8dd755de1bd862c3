/// What the handshake suite measured, as a terminal shows it.
struct HandshakeTable {
    private let results: [CaseResult]

    init(_ results: [CaseResult]) { self.results = results.filter { $0.suite == .handshake } }

    /// Nil if the suite was not run.
    var text: String? {
        guard !results.isEmpty else { return nil }
        return [handshakes.text, records.text].joined(separator: "\n\n")
    }

    private var handshakes: TextTable {
        var table = TextTable([
            ("handshake", .left), ("messages", .right), ("bytes", .right), ("round trips", .right),
            ("CPU us\np50/p95", .right), ("X25519 alone\np50/p95", .right), ("all group\noperations", .right),
            ("CPU of\nthese", .right),
        ])
        for result in results where result.measures["cpu_us_per_handshake"] != nil {
            let peer = result.measures["peer"]?.text.map { " (\($0))" } ?? ""
            table.add([
                result.name + peer, whole(result, "messages"), whole(result, "bytes"), whole(result, "round_trips"),
                pair(result, "cpu_us_per_handshake"), pair(result, "x25519_us"), pair(result, "group_operations_us"),
                ratio(result, "cpu_of_group_operations"),
            ])
        }
        return table
    }

    private var records: TextTable {
        var table = TextTable([
            ("records of 1,200 bytes", .left), ("seal ns\np50/p95", .right), ("libsodium ns\np50/p95", .right),
            ("share of\nits speed", .right), ("open ns\np50/p95", .right), ("libsodium ns\np50/p95", .right),
            ("share of\nits speed", .right),
        ])
        for result in results where result.measures["seal_ns"] != nil {
            table.add([
                result.name, pair(result, "seal_ns"), pair(result, "libsodium_seal_ns"),
                ratio(result, "seal_of_libsodium"), pair(result, "open_ns"), pair(result, "libsodium_open_ns"),
                ratio(result, "open_of_libsodium"),
            ])
        }
        return table
    }

    private func whole(_ result: CaseResult, _ name: String) -> String {
        result.measures[name]?.double.map { Figure.grouped(Int($0)) } ?? ""
    }

    private func ratio(_ result: CaseResult, _ name: String) -> String {
        result.measures[name]?.double.map(Figure.short) ?? ""
    }

    private func pair(_ result: CaseResult, _ name: String) -> String {
        result.measures[name]?.pair ?? ""
    }
}
