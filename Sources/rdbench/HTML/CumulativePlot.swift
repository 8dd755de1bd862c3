import Foundation
import ProgramSupport

/// Cumulative distributions over a logarithmic axis, with the medians and 95th percentiles in words below.
struct CumulativePlot {
    struct Curve {
        var name: String
        var distribution: Distribution
    }

    private static let width = 460.0
    private static let height = 260.0
    private static let left = 38.0
    private static let bottom = 30.0
    private static let top = 8.0
    private static let right = 24.0
    /// More points than this make the page larger and the curve no smoother.
    private static let mostPoints = 240
    /// A value of zero has no logarithm; nothing here is shorter than this.
    private static let smallest = 0.01

    let title: String
    let unit: String
    let curves: [Curve]

    var text: String {
        """
        <figure>
        <figcaption>\(HTML.escaped(title)), \(unit)</figcaption>
        <svg viewBox="0 0 \(Int(Self.width)) \(Int(Self.height))" role="img" aria-label="\(HTML.escaped(title))">
        \((axes + lines).joined(separator: "\n"))
        </svg>
        <ul class="legend">
        \(legend.joined(separator: "\n"))
        </ul>
        </figure>
        """
    }

    private var decades: ClosedRange<Int> {
        let lows = curves.compactMap { $0.distribution.percentile(0) }.map { max($0, Self.smallest) }
        let highs = curves.map { max($0.distribution.maximum, Self.smallest) }
        let low = Int(floor(log10(lows.min() ?? 1)))
        return low...max(low + 1, Int(ceil(log10(highs.max() ?? 10))))
    }

    private func x(_ value: Double) -> Double {
        let range = decades
        let share =
            (log10(max(value, Self.smallest)) - Double(range.lowerBound))
            / Double(range.upperBound - range.lowerBound)
        return Self.left + min(max(share, 0), 1) * (Self.width - Self.left - Self.right)
    }

    private func y(_ share: Double) -> Double {
        Self.top + (1 - share) * (Self.height - Self.top - Self.bottom)
    }

    private var axes: [String] {
        let rows = [0, 0.25, 0.5, 0.75, 0.95, 1].flatMap { share in
            [
                line(Self.left, y(share), Self.width - Self.right, y(share)),
                label(Self.left - 5, y(share) + 4, "\(Int(share * 100))%", anchor: "end"),
            ]
        }
        let columns = decades.flatMap { decade in
            let value = pow(10, Double(decade))
            return [
                line(x(value), Self.top, x(value), y(0)),
                label(x(value), Self.height - 12, Self.decade(decade), anchor: "middle"),
            ]
        }
        return rows + columns
    }

    private static func decade(_ exponent: Int) -> String {
        exponent >= 0 ? Figure.grouped(Int(pow(10, Double(exponent)))) : String(format: "%g", pow(10, Double(exponent)))
    }

    private func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double) -> String {
        let points = [x1, y1, x2, y2].map(HTML.coordinate)
        return "<path class=\"axis\" d=\"M\(points[0]) \(points[1])L\(points[2]) \(points[3])\"/>"
    }

    private func label(_ x: Double, _ y: Double, _ text: String, anchor: String) -> String {
        "<text class=\"quiet\" x=\"\(HTML.coordinate(x))\" y=\"\(HTML.coordinate(y))\" text-anchor=\"\(anchor)\">\(text)</text>"
    }

    private var lines: [String] {
        curves.enumerated().map { index, curve in
            let points = curve.distribution.cumulative
            let step = max(1, points.count / Self.mostPoints)
            let kept = points.enumerated().filter { $0.offset % step == 0 || $0.offset == points.count - 1 }
            var path = "M\(HTML.coordinate(x(points[0].value))) \(HTML.coordinate(y(0)))"
            for (_, point) in kept {
                path += "L\(HTML.coordinate(x(point.value))) \(HTML.coordinate(y(point.share)))"
            }
            return
                "<path d=\"\(path)\" fill=\"none\" stroke=\"\(HTMLStyle.series(index))\" stroke-width=\"2\"><title>\(HTML.escaped(curve.name))</title></path>"
        }
    }

    private var legend: [String] {
        curves.enumerated().map { index, curve in
            let figures = [50, 95, 99].map { percent in
                "p\(percent) " + Figure.short(curve.distribution.percentile(Double(percent)) ?? 0)
            }
            return """
                <li><span class="swatch" style="background:\(HTMLStyle.series(index))"></span>\
                \(HTML.escaped(curve.name)): \(figures.joined(separator: ", ")) \(unit) \
                (\(Figure.grouped(curve.distribution.count)))</li>
                """
        }
    }
}
