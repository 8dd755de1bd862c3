import WireFormat

/// What the viewer said that it does not have, until that is acted upon: at once, but not more often than is cheap, since
/// each time all tiles are looked at.
struct PendingReports {
    enum Report: Equatable {
        case everything
        case editions([UInt64])
    }

    /// More are taken for everything.
    private static let limit = 1_024
    private static let pause = Interval.milliseconds(2)

    private var editions: [UInt64] = []
    private var isEverything = false
    private var earliest = Instant.zero

    private var isEmpty: Bool { editions.isEmpty && !isEverything }

    /// When what was reported is to be taken.
    var dueAt: Instant? { isEmpty ? nil : earliest }

    /// - Parameter report: one report; empty means everything.
    mutating func add(_ report: [UInt64]) {
        isEverything = isEverything || report.isEmpty || editions.count + report.count > Self.limit
        if isEverything { editions.removeAll(keepingCapacity: true) } else { editions += report }
    }

    /// All that was reported, once it is due.
    mutating func take(at now: Instant) -> Report? {
        guard !isEmpty, now >= earliest else { return nil }
        defer {
            editions.removeAll(keepingCapacity: true)
            isEverything = false
            earliest = now + Self.pause
        }
        return isEverything ? .everything : .editions(editions)
    }
}
