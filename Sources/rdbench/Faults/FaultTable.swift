/// Sessions with faults, as a terminal shows them.
package struct FaultTable {
    private let results: [CaseResult]

    package init(_ results: [CaseResult]) { self.results = results.filter { $0.suite == .faults } }

    /// Nil if there were none.
    package var text: String? {
        results.isEmpty ? nil : results.map(Self.text).joined(separator: "\n\n")
    }

    private static func text(_ result: CaseResult) -> String {
        func count(_ name: String) -> String { Figure.grouped(Int(result.measures[name]?.double ?? 0)) }
        func figure(_ name: String) -> String { Figure.short(result.measures[name]?.double ?? 0) }
        var table = TextTable([("faults", .left), ("", .right)])
        table.add(["sessions", Figure.grouped(result.sessions)])
        table.add(["failed", count("failed_sessions")])
        table.add(["sessions a second", figure("sessions_per_s")])
        table.add(["sessions a second of one core", figure("sessions_per_cpu_s")])
        table.add(["invariants checked", count("invariant_checks")])
        table.add(["bytes searched for plaintext", count("bytes_on_wire")])
        table.add(["nonces, all different", count("nonces")])
        table.add(["programs started again", count("program_restarts")])
        table.add(["files that went on where they were", count("resumed_files")])
        let rest = result.measures["rest_ms"]
        let percentiles = ["p50", "p95", "max"].map { Figure.short(rest?[$0]?.double ?? 0) }
        table.add(["ms to rest, p50/p95/max", percentiles.joined(separator: "/")])
        for kind in FaultKind.allCases {
            table.add([
                "\(kind.rawValue)\(kind.unit)",
                Figure.grouped(Int(result.measures["faults"]?[kind.rawValue]?.double ?? 0)),
            ])
        }
        return table.text
    }
}

extension FaultKind {
    fileprivate var unit: String {
        switch self {
        case .loss, .duplication, .reordering, .corruption: ", sessions"
        case .replay, .forgery: ", datagrams"
        default: ""
        }
    }
}
