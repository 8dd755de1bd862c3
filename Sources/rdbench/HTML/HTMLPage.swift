import ProgramSupport

/// The report as one page that needs nothing else: styles and pictures are inside it.
package struct HTMLPage {
    private let report: Report

    package init(_ report: Report) { self.report = report }

    package var text: String {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>Beeline, measured</title>
        <style>
        \(HTMLStyle.text)
        </style>
        </head>
        <body>
        <main>
        \(heading)
        \(sections.joined(separator: "\n"))
        </main>
        </body>
        </html>

        """
    }

    private var heading: String {
        let host = report.host
        let machine =
            "\(host.processor), \(host.cores) cores, \(host.system), Linux \(host.kernel), Swift \(host.swift)"
        return """
            <h1>Beeline, measured</h1>
            <p class="quiet">\(HTML.escaped(machine)). Seed \(report.seed), \(host.date), \
            \(Figure.short(report.wallSeconds)) s.</p>
            """
    }

    private var sections: [String] {
        var sections: [String] = []
        if !report.failures.isEmpty { sections.append(Self.section("What failed", Self.list(report.failures))) }
        if !report.overview.isEmpty { sections.append(Self.section("Results", HTMLTables.results(report.overview))) }
        if let sensitivity = report.sensitivity {
            sections.append(Self.section("What hangs on the assumptions", HTMLTables.sensitivity(sensitivity)))
        }
        if !report.comparison.isEmpty {
            sections.append(
                Self.section("Relay against peer-to-peer", HTMLTables.comparison(report.comparison)))
        }
        sections += SuiteTables(report).all.map { table in
            Self.section(table.title, "<pre>\(HTML.escaped(table.text))</pre>")
        }
        sections += [Suite.population, .live].flatMap(distributions)
        sections += matrices
        if let codec { sections.append(codec) }
        if !report.notes.isEmpty { sections.append(Self.section("How to read the figures", Self.list(report.notes))) }
        return sections
    }

    private static func list(_ texts: [String]) -> String {
        "<ul>\n\(texts.map { "<li>\(HTML.escaped($0))</li>" }.joined(separator: "\n"))\n</ul>"
    }

    private static func section(_ title: String, _ body: String) -> String {
        "<section>\n<h2>\(HTML.escaped(title))</h2>\n\(body)\n</section>"
    }

    /// The cumulative distributions of a suite, one plot a figure and one curve a case.
    private func distributions(of suite: Suite) -> [String] {
        let results = report.results.filter { $0.suite == suite }
        let figures: [(title: String, value: (CaseResult) -> Distribution?)] = [
            ("Time to first frame", { $0.timeToFirstFrame }), ("Round trip", { $0.rtt }), ("Setup", { $0.setup }),
            ("Time to the direct path", { $0.timeToDirect }),
        ]
        let plots = figures.compactMap { figure -> String? in
            let curves = results.compactMap { result in
                figure.value(result).map { CumulativePlot.Curve(name: result.name, distribution: $0) }
            }.filter { !$0.distribution.isEmpty }
            return curves.isEmpty ? nil : CumulativePlot(title: figure.title, unit: "ms", curves: curves).text
        }
        guard !plots.isEmpty else { return [] }
        return [
            Self.section(
                "Distributions: \(suite.rawValue)", "<div class=\"plots\">\n\(plots.joined(separator: "\n"))\n</div>")
        ]
    }

    private var matrices: [String] {
        let results = report.results.filter { !$0.pairs.isEmpty }
        guard !results.isEmpty else { return [] }
        let pictures = results.map { OutcomeMatrix($0).text }.joined(separator: "\n")
        let legend = """
            <p>Each square is a pair of networks, whoever of them hosts. The number is the share of sessions that went \
            direct, in percent; below it how many sessions there were. <span class="key direct">direct</span> to \
            <span class="key relayed">relayed</span>; a session that failed marks its square \
            <span class="key failed">failed</span>.</p>
            """
        return [Self.section("Outcome per pair of networks", legend + "\n" + pictures)]
    }

    private var codec: String? {
        let results = report.results.filter { $0.codec != nil }
        guard !results.isEmpty else { return nil }
        func bars(_ title: String, _ unit: String, _ value: (CodecFigures) -> Double?) -> String {
            let rows = results.compactMap { result in
                result.codec.flatMap(value).map { (name: result.name, value: $0) }
            }
            return BarChart(title: title, unit: unit, bars: rows).text
        }
        let charts = [
            bars("Bytes per changed frame, median", "bytes") { $0.bytesPerFrame.percentile(50) },
            bars("Encoding", "Mpixel/s") { $0.encodeMegapixelsPerSecond },
            bars("Decoding", "Mpixel/s") { $0.decodeMegapixelsPerSecond },
            bars("Processor time per frame, median", "us") { $0.cpuPerFrame.percentile(50) },
        ]
        return Self.section("Codec", "<div class=\"plots\">\n\(charts.joined(separator: "\n"))\n</div>")
    }
}
