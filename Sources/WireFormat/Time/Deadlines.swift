/// A machine's timers in one table, each named by its reason.
///
/// Meant for the handful of timers a machine has, so a scan beats a heap. A machine with many timers of one
/// kind (transactions, pairs) keeps those in its own table and enters only the earliest here.
@frozen
public struct Deadlines<Reason: Hashable & Sendable>: Sendable {
    @usableFromInline
    struct Entry: Sendable {
        @usableFromInline let reason: Reason
        @usableFromInline var instant: Instant

        @inlinable
        init(reason: Reason, instant: Instant) {
            self.reason = reason
            self.instant = instant
        }
    }

    @usableFromInline var entries: [Entry] = []

    @inlinable
    public init() {}

    /// The earliest deadline, or nil if no timer is set.
    @inlinable
    public var next: Instant? {
        var earliest: Instant?
        for entry in entries {
            guard let known = earliest, known <= entry.instant else {
                earliest = entry.instant
                continue
            }
        }
        return earliest
    }

    /// The deadline set for a reason; assigning replaces it, assigning nil cancels it.
    @inlinable
    public subscript(reason: Reason) -> Instant? {
        get { entries.first { $0.reason == reason }?.instant }
        set {
            guard let index = entries.firstIndex(where: { $0.reason == reason }) else {
                if let newValue { entries.append(Entry(reason: reason, instant: newValue)) }
                return
            }
            if let newValue { entries[index].instant = newValue } else { entries.remove(at: index) }
        }
    }

    /// Removes and returns the earliest timer that is due at `now`, or nil if none is.
    ///
    /// Ties go to the timer that was set first, so that one seed gives one run.
    @inlinable
    public mutating func popDue(at now: Instant) -> Reason? {
        var due: Int?
        for index in entries.indices where entries[index].instant <= now {
            guard let known = due, entries[known].instant <= entries[index].instant else {
                due = index
                continue
            }
        }
        guard let due else { return nil }
        return entries.remove(at: due).reason
    }

    @inlinable
    public mutating func removeAll() { entries.removeAll(keepingCapacity: true) }
}
