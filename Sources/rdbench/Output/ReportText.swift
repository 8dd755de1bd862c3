/// A report as a terminal shows it: the table, the comparison, and what to know about them.
struct ReportText {
    private static let width = 120
    private static let subjectWidth = 26
    private static let cellWidth = 52

    private let report: Report

    init(_ report: Report) { self.report = report }

    var text: String {
        var parts = [heading]
        if !report.overview.isEmpty { parts.append(ResultTable(report.overview).text) }
        parts += SuiteTables(report).all.map(\.text)
        if !population.isEmpty { parts.append(population) }
        if let sensitivity = report.sensitivity { parts.append(sensitivity.text) }
        if !report.comparison.isEmpty { parts.append(comparison) }
        if !report.notes.isEmpty {
            parts.append(
                report.notes.map { WrappedText.lines("* " + $0, width: Self.width, indent: "  ") }.joined(
                    separator: "\n"))
        }
        return parts.joined(separator: "\n\n")
    }

    private var heading: String {
        let host = report.host
        return """
            rdbench, seed \(report.seed), \(Figure.short(report.wallSeconds)) s
            \(host.processor), \(host.cores) cores, \(host.system), Linux \(host.kernel), Swift \(host.swift)
            """
    }

    private var comparison: String {
        var table = TextTable([("relay against peer-to-peer", .left), ("through the relay", .left), ("direct", .left)])
        for row in report.comparison {
            let cells = [(row.subject, Self.subjectWidth), (row.relayed, Self.cellWidth), (row.direct, Self.cellWidth)]
            table.add(cells.map { WrappedText.lines($0.0, width: $0.1) })
        }
        let methods = report.comparison.map {
            WrappedText.lines("* \($0.subject): \($0.method)", width: Self.width, indent: "  ")
        }
        return table.text + "\n\nHow each row was measured\n" + methods.joined(separator: "\n")
    }

    /// What the population suite says beside its rows.
    private var population: String {
        let lines = report.results.filter { $0.suite == .population }.map(Self.populationLine)
        return lines.joined(separator: "\n")
    }

    private static func populationLine(_ result: CaseResult) -> String {
        func percent(_ name: String) -> String { Figure.percent(result.measures[name]?.double ?? 0) + " %" }
        let direct = result.timeToDirect.map { ", direct after \(Figure.pair($0)) ms" } ?? ""
        let ratio = result.measures["setup_p95_of_relay_only"]?.double
        let setup = ratio.map { "; the first path's p95 is \(Figure.short($0)) times that of relay-only" } ?? ""
        return WrappedText.lines(
            "\(result.name): a direct path exists for ICE in \(percent("oracle_plain_ice_rate")), for any method in "
                + "\(percent("oracle_any_method_rate")); found in \(percent("direct_of_possible_rate")) of these\(direct)\(setup); "
                + "\(Figure.short(result.measures["sessions_per_s"]?.double ?? 0)) sessions/s "
                + "(\(Figure.short(result.measures["sessions_per_cpu_s"]?.double ?? 0)) on one core), trace hash "
                + "\(result.measures["trace_hash"]?.text ?? "")", width: width, indent: "  ")
    }
}
