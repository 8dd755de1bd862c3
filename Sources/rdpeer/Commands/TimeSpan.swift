import ArgumentParser
import Rendezvous
import WireFormat

/// A time as people write it, such as 90s, 30m or 8h.
struct TimeSpan: ExpressibleByArgument, Hashable {
    let interval: Interval

    /// Nil for what is no number with a unit, for nothing and for more than a year.
    init?(argument: String) {
        guard let interval = Interval(written: argument) else { return nil }
        self.interval = interval
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
