/// A report as a terminal shows it: the table, the comparison, and what to know about them.
struct ReportText {
    private static let width = 120

    private let report: Report

    init(_ report: Report) { self.report = report }

    var text: String {
        var parts = [heading, ResultTable(report.results).text]
        if !report.comparison.isEmpty { parts.append(comparison) }
        if !report.notes.isEmpty { parts.append(report.notes.map { wrapped("* " + $0) }.joined(separator: "\n")) }
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
        for row in report.comparison { table.add([row.subject, row.relayed, row.direct]) }
        let methods = report.comparison.map { wrapped("  \($0.subject): \($0.method)") }
        return table.text + "\n\nHow each row was measured\n" + methods.joined(separator: "\n")
    }

    private func wrapped(_ text: String) -> String {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ", omittingEmptySubsequences: false) {
            if !line.isEmpty, line.count + word.count + 1 > Self.width {
                lines.append(line)
                line = "    "
            } else if !line.isEmpty || word.isEmpty {
                line += " "
            }
            line += word
        }
        return (lines + [line]).joined(separator: "\n")
    }
}
