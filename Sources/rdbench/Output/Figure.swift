import Foundation

/// Numbers as people read them: three significant digits, no more.
package enum Figure {
    package static func short(_ value: Double) -> String {
        switch abs(value) {
        case 1_000...: grouped(Int(value.rounded()))
        case 100...: String(format: "%.0f", value)
        case 10...: String(format: "%.1f", value)
        default: String(format: "%.2f", value)
        }
    }

    /// A share as percent, with one digit after the point.
    package static func percent(_ share: Double) -> String { String(format: "%.1f", share * 100) }

    /// As few digits as say it: 0.5, 20.
    package static func plain(_ value: Double) -> String { String(format: "%g", value) }

    package static func whole(_ value: Double) -> String { String(format: "%.0f", value) }

    package static func tenths(_ value: Double) -> String { String(format: "%.1f", value) }

    /// Median and 95th percentile.
    package static func pair(_ distribution: Distribution) -> String {
        guard let median = distribution.percentile(50), let high = distribution.percentile(95) else { return "-" }
        return "\(short(median))/\(short(high))"
    }

    package static func grouped(_ value: Int) -> String {
        var digits = String(abs(value))
        var groups: [String] = []
        while digits.count > 3 {
            groups.insert(String(digits.suffix(3)), at: 0)
            digits.removeLast(3)
        }
        return (value < 0 ? "-" : "") + ([digits] + groups).joined(separator: ",")
    }
}
