import ProgramSupport

/// Bars with their numbers beside them.
struct BarChart {
    private static let width = 460.0
    private static let rowHeight = 20.0
    private static let left = 130.0
    private static let right = 70.0

    let title: String
    let unit: String
    let bars: [(name: String, value: Double)]

    var text: String {
        let height = Int(Double(bars.count) * Self.rowHeight + 4)
        let largest = max(bars.map(\.value).max() ?? 1, 1e-9)
        let rows = bars.enumerated().map { index, bar in row(index, bar, largest: largest) }
        return """
            <figure>
            <figcaption>\(HTML.escaped(title)), \(HTML.escaped(unit))</figcaption>
            <svg viewBox="0 0 \(Int(Self.width)) \(height)" role="img" aria-label="\(HTML.escaped(title))">
            \(rows.joined(separator: "\n"))
            </svg>
            </figure>
            """
    }

    private func row(_ index: Int, _ bar: (name: String, value: Double), largest: Double) -> String {
        let y = Double(index) * Self.rowHeight
        let length = max(bar.value / largest * (Self.width - Self.left - Self.right), 0.5)
        let baseline = HTML.coordinate(y + 14)
        return """
            <text x="\(HTML.coordinate(Self.left - 8))" y="\(baseline)" text-anchor="end">\(HTML.escaped(bar.name))</text>\
            <rect x="\(HTML.coordinate(Self.left))" y="\(HTML.coordinate(y + 3))" width="\(HTML.coordinate(length))" \
            height="14" style="fill:\(HTMLStyle.series(0))"/>\
            <text x="\(HTML.coordinate(Self.left + length + 6))" y="\(baseline)">\(Figure.short(bar.value))</text>
            """
    }
}
