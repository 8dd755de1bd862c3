/// What a sensitivity run found.
package struct SensitivityReport: Sendable {
    package let sessions: Int
    package let seed: UInt64
    package let baseline: SensitivityRow
    /// Both rows of an assumption beside each other, the one that moves the headline furthest first.
    package let rows: [SensitivityRow]

    package init(sessions: Int, seed: UInt64, baseline: SensitivityRow, rows: [SensitivityRow]) {
        self.sessions = sessions
        self.seed = seed
        self.baseline = baseline
        let furthest = Dictionary(grouping: rows) { $0.assumption ?? "" }.mapValues { rows in
            rows.map { abs($0.headlineMove) }.max() ?? 0
        }
        self.rows = rows.enumerated().sorted { left, right in
            let (first, second) = (left.element.assumption ?? "", right.element.assumption ?? "")
            let (far, near) = (furthest[first] ?? 0, furthest[second] ?? 0)
            return far != near ? far > near : left.offset < right.offset
        }.map(\.element)
    }

    var json: JSONValue {
        .object([
            "sessions": .integer(sessions), "baseline": baseline.json, "rows": .array(rows.map(\.json)),
        ])
    }

    static let titles = [
        "assumption", "sessions\nchanged %", "plain-ice\ndirect %", "relay %", "moves by", "full\ndirect %", "relay %",
        "moves by", "full-ipv6\ndirect %", "relay %", "moves by", "fail",
    ]

    var cells: [[String]] {
        ([baseline] + rows).map { row in
            [row.name, row.assumption == nil ? "" : Figure.percent(row.changedShare)]
                + row.outcomes.flatMap { outcome in
                    [
                        Figure.percent(outcome.counts.rate(.direct)), Figure.percent(outcome.counts.rate(.relayed)),
                        row.assumption == nil ? "" : outcome.move.text,
                    ]
                } + [String(row.outcomes.reduce(0) { $0 + $1.counts[.failed] })]
        }
    }

    var text: String {
        var table = TextTable(Self.titles.enumerated().map { ($1, $0 == 0 ? .left : .right) })
        for row in cells { table.add(row) }
        return table.text
    }

    var note: String {
        let rates = rows.map { $0.outcomes[SensitivityCase.full.rawValue].counts.rate(.direct) }
        let range = (rates.min() ?? 0, rates.max() ?? 0)
        return "sensitivity: \(Figure.grouped(sessions)) sessions a case, each assumption that the population's table "
            + "marks varied alone by the factors that stand there, on the same random numbers; moves are in points of "
            + "the direct rate, with their standard error. Over all of them the direct rate of full over IPv4 stays "
            + "between \(Figure.percent(range.0)) and \(Figure.percent(range.1)) %."
    }
}

extension SensitivityRow {
    /// For the progress line.
    var summary: String {
        let moves = zip(SensitivityCase.allCases, outcomes).map { "\($0.name) \($1.move.text)" }
        return "\(name): \(moves.joined(separator: ", ")) points"
    }
}
