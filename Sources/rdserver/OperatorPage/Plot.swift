import Foundation
import ProgramSupport

/// Shares of sessions that were no slower than a time, as a drawing (SVG) with a logarithmic axis.
struct Plot {
    struct Curve {
        let name: String
        /// A class of the page's style.
        let style: String
        let seconds: [Double]
    }

    let id: String
    let title: String
    let curves: [Curve]

    private static let (width, height, left, bottom) = (460.0, 220.0, 40.0, 24.0)
    /// From 1 ms to 10 s.
    private static let decades = 4.0

    var text: String {
        let top = Self.height - Self.bottom
        let lines = ["1 ms", "10 ms", "100 ms", "1 s", "10 s"].enumerated().map { index, label in
            let x = Self.x(0.001 * pow(10, Double(index)))
            return """
                <line class="grid" x1="\(x)" y1="0" x2="\(x)" y2="\(top)"/>\
                <text x="\(x)" y="\(Self.height - 8)" text-anchor="middle">\(label)</text>
                """
        }
        let shares = [0, 0.5, 0.95].map { share in
            """
            <line class="grid" x1="\(Self.left)" y1="\(Self.y(share))" x2="\(Self.width)" y2="\(Self.y(share))"/>\
            <text x="\(Self.left - 4)" y="\(Self.y(share) + 4)" text-anchor="end">\(Int(share * 100)) %</text>
            """
        }
        let drawn = curves.map { curve in
            "<polyline class=\"\(curve.style)\" data-count=\"\(curve.seconds.count)\" points=\"\(Self.points(curve.seconds))\"/>"
        }
        let legend = curves.enumerated().map { index, curve in
            "<text class=\"\(curve.style)\" x=\"\(Self.width - 8)\" y=\"\(top - 26 + 16 * Double(index))\" text-anchor=\"end\">\(HTML.escaped(curve.name))</text>"
        }
        return """
            <figure><figcaption>\(HTML.escaped(title))</figcaption>
            <svg id="\(id)" viewBox="0 0 \(Self.width + 24) \(Self.height)" role="img" aria-label="\(HTML.escaped(title))">
            \((lines + shares + drawn + legend).joined(separator: "\n"))
            </svg></figure>
            """
    }

    private static func points(_ seconds: [Double]) -> String {
        let sorted = seconds.filter(\.isFinite).sorted()
        return sorted.enumerated().map { index, value in
            let share = Double(index + 1) / Double(sorted.count)
            let before = Double(index) / Double(sorted.count)
            let column = HTML.coordinate(x(value))
            return "\(column),\(HTML.coordinate(y(before))) \(column),\(HTML.coordinate(y(share)))"
        }.joined(separator: " ")
    }

    private static func x(_ seconds: Double) -> Double {
        let decade = log10(max(seconds, 0.001) / 0.001)
        return left + min(decade, decades) / decades * (width - left)
    }

    private static func y(_ share: Double) -> Double { 8 + (1 - share) * (height - bottom - 8) }
}
