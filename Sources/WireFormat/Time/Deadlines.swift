/// A machine's timers in one table, each named by its reason.
///
/// Meant for the handful of timers a machine has, so a scan beats a heap. A machine with many timers of one
/// kind (transactions, pairs) keeps those in its own table and enters only the earliest here.
public struct Deadlines<Reason: Hashable & Sendable>: Sendable {
    private var entries: [(reason: Reason, instant: Instant)] = []

    public init() {}

    /// The earliest deadline, or nil if no timer is set.
    public var next: Instant? {
        var earliest: Instant?
        for entry in entries where earliest.map({ entry.instant < $0 }) ?? true { earliest = entry.instant }
        return earliest
    }

    /// The deadline set for a reason; assigning replaces it, assigning nil cancels it.
    public subscript(reason: Reason) -> Instant? {
        get { entries.first { $0.reason == reason }?.instant }
        set {
            guard let index = entries.firstIndex(where: { $0.reason == reason }) else {
                if let newValue { entries.append((reason, newValue)) }
                return
            }
            if let newValue { entries[index].instant = newValue } else { entries.remove(at: index) }
        }
    }

    /// Removes and returns the earliest timer that is due at `now`, or nil if none is.
    ///
    /// Ties go to the timer that was set first, so that one seed gives one run.
    public mutating func popDue(at now: Instant) -> Reason? {
        var due: Int?
        for (index, entry) in entries.enumerated() where entry.instant <= now {
            if due.map({ entry.instant < entries[$0].instant }) ?? true { due = index }
        }
        return due.map { entries.remove(at: $0).reason }
    }

    public mutating func removeAll() { entries.removeAll(keepingCapacity: true) }
}
