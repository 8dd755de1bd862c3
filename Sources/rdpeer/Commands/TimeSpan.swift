import ArgumentParser
import WireFormat

/// A time as people write it, such as 90s, 30m or 8h.
struct TimeSpan: ExpressibleByArgument, Hashable {
    private static let secondsOfUnit: [Character: Int64] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400]
    private static let most = Interval.seconds(365 * 86_400)

    let interval: Interval

    /// Nil for what is no number with a unit, for nothing and for more than a year.
    init?(argument: String) {
        guard let unit = argument.last.flatMap({ Self.secondsOfUnit[$0] }),
            let number = Int64(argument.dropLast()), number > 0, number <= 365 * 86_400
        else { return nil }
        interval = .seconds(number * unit)
        guard interval <= Self.most else { return nil }
    }

    /// In words.
    static func words(_ interval: Interval) -> String {
        let seconds = interval.nanoseconds / 1_000_000_000
        let (count, unit) =
            seconds % 3_600 == 0
            ? (seconds / 3_600, "hour") : seconds % 60 == 0 ? (seconds / 60, "minute") : (seconds, "second")
        return "\(count) \(unit)\(count == 1 ? "" : "s")"
    }
}
