/// A table of text with columns as wide as their contents.
package struct TextTable: Sendable {
    package enum Alignment: Sendable { case left, right }

    private let titles: [String]
    private let alignments: [Alignment]
    private var rows: [[String]] = []

    /// - Parameter columns: titles; numbers go to the right.
    package init(_ columns: [(title: String, alignment: Alignment)]) {
        titles = columns.map(\.title)
        alignments = columns.map(\.alignment)
    }

    /// - Precondition: as many cells as columns.
    package mutating func add(_ cells: [String]) {
        precondition(cells.count == titles.count, "a row has as many cells as the table has columns")
        rows.append(cells)
    }

    /// The lines, without columns that are empty in every row.
    package var text: String {
        let shown = titles.indices.filter { column in rows.contains { !$0[column].isEmpty } }
        let widths = shown.map { column in ([titles[column]] + rows.map { $0[column] }).map(\.count).max() ?? 0 }
        func line(_ cells: [String]) -> String {
            let padded = zip(shown, widths).map { column, width in
                pad(cells[column], to: width, alignments[column])
            }
            var text = padded.joined(separator: "  ")
            while text.last == " " { text.removeLast() }
            return text
        }
        let rule = widths.map { String(repeating: "-", count: $0) }.joined(separator: "  ")
        return ([line(titles), rule] + rows.map(line)).joined(separator: "\n")
    }

    private func pad(_ cell: String, to width: Int, _ alignment: Alignment) -> String {
        let space = String(repeating: " ", count: max(0, width - cell.count))
        return alignment == .left ? cell + space : space + cell
    }
}
