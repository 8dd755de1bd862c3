import ProgramSupport

/// How sessions between each pair of networks went, as coloured squares with their numbers.
struct OutcomeMatrix {
    private static let cell = 58.0
    private static let left = 150.0
    private static let top = 84.0

    private let name: String
    private let places: [String]
    private let pairs: [PairOutcome]

    init(_ result: CaseResult) {
        name = result.name
        pairs = result.pairs
        places = Set(result.pairs.flatMap { [$0.first, $0.second] }).sorted()
    }

    var text: String {
        let side = Double(places.count) * Self.cell
        let width = Int(Self.left + side + 40)
        let height = Int(Self.top + side + 4)
        return """
            <figure>
            <h3>\(HTML.escaped(name))</h3>
            <svg class="matrix" viewBox="0 0 \(width) \(height)" role="img" aria-label="Outcome per pair of networks, \
            \(HTML.escaped(name))">
            \((labels + pairs.compactMap(square)).joined(separator: "\n"))
            </svg>
            </figure>
            """
    }

    private var labels: [String] {
        places.enumerated().flatMap { index, place in
            let middle = (Double(index) + 0.5) * Self.cell
            let x = HTML.coordinate(Self.left + middle)
            let y = HTML.coordinate(Self.top - 8)
            return [
                "<text x=\"\(HTML.coordinate(Self.left - 8))\" y=\"\(HTML.coordinate(Self.top + middle + 4))\" text-anchor=\"end\">\(HTML.escaped(place))</text>",
                "<text transform=\"translate(\(x) \(y)) rotate(-35)\">\(HTML.escaped(place))</text>",
            ]
        }
    }

    /// Rows are the later names, so that the lower triangle is filled.
    private func square(_ pair: PairOutcome) -> String? {
        guard let column = places.firstIndex(of: pair.first), let row = places.firstIndex(of: pair.second) else {
            return nil
        }
        let x = Self.left + Double(column) * Self.cell
        let y = Self.top + Double(row) * Self.cell
        let direct = pair.outcomes.rate(.direct)
        let title =
            "\(pair.first) and \(pair.second): \(pair.outcomes[.direct]) direct, \(pair.outcomes[.relayed]) relayed, "
            + "\(pair.outcomes[.failed]) failed; a direct path exists for \(pair.possible)"
        return """
            <g><title>\(HTML.escaped(title))</title>\
            <rect class="square" x="\(HTML.coordinate(x))" y="\(HTML.coordinate(y))" width="\(Int(Self.cell))" \
            height="\(Int(Self.cell))" style="fill:\(Self.colour(pair.outcomes))"/>\
            <text x="\(HTML.coordinate(x + Self.cell / 2))" y="\(HTML.coordinate(y + 27))" \
            text-anchor="middle">\(Int((direct * 100).rounded()))</text>\
            <text x="\(HTML.coordinate(x + Self.cell / 2))" y="\(HTML.coordinate(y + 43))" \
            text-anchor="middle">n \(Figure.grouped(pair.outcomes.total))</text></g>
            """
    }

    private static func colour(_ outcomes: OutcomeCounts) -> String {
        if outcomes[.failed] > 0 { return "var(--failed)" }
        return "color-mix(in oklab, var(--direct) \(Int(outcomes.rate(.direct) * 100))%, var(--relayed))"
    }
}
