import Foundation

/// A time as an operator types it.
enum TimeText {
    /// `2026-11-26T05:30:00Z`, `2026-11-26` (UTC), or how long ago: `90s`, `15m`, `2h`, `3d`.
    static func parse(_ text: String, now: Date) -> Date? {
        let units: [Character: Double] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400]
        if let unit = text.last.flatMap({ units[$0] }), let count = UInt32(text.dropLast()) {
            return now - Double(count) * unit
        }
        if let date = try? Date(text, strategy: .iso8601) { return date }
        return try? Date(text + "T00:00:00Z", strategy: .iso8601)
    }
}
