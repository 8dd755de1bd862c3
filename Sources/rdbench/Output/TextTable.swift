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

    /// The lines, without columns that are empty in every row. Titles and cells may have several lines.
    package var text: String {
        let shown = titles.indices.filter { column in rows.contains { !$0[column].isEmpty } }
        let widths = shown.map { column in
            ([titles[column]] + rows.map { $0[column] }).flatMap(Self.lines).map(\.count).max() ?? 0
        }
        func block(_ cells: [String], atBottom: Bool) -> [String] {
            let parts = shown.map { Self.lines(cells[$0]) }
            let height = parts.map(\.count).max() ?? 0
            return (0..<height).map { line in
                let texts = zip(zip(shown, parts), widths).map { place, width in
                    let (column, lines) = place
                    let index = atBottom ? line - (height - lines.count) : line
                    return pad(lines.indices.contains(index) ? lines[index] : "", to: width, alignments[column])
                }
                return Self.withoutTrailingSpace(texts.joined(separator: "  "))
            }
        }
        let rule = widths.map { String(repeating: "-", count: $0) }.joined(separator: "  ")
        return (block(titles, atBottom: true) + [rule] + rows.flatMap { block($0, atBottom: false) })
            .joined(separator: "\n")
    }

    private static func lines(_ text: String) -> [String] {
        text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    private static func withoutTrailingSpace(_ text: String) -> String {
        var text = text
        while text.last == " " { text.removeLast() }
        return text
    }

    private func pad(_ cell: String, to width: Int, _ alignment: Alignment) -> String {
        let space = String(repeating: " ", count: max(0, width - cell.count))
        return alignment == .left ? cell + space : space + cell
    }
}
