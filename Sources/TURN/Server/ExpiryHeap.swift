import WireFormat

/// The allocations by when they were last known to expire: one entry each, put back when it comes up too early. Entries of
/// allocations that have ended stay until then, or until there are too many of them (`removeAll`).
struct ExpiryHeap: Sendable {
    struct Entry: Sendable {
        let instant: Instant
        let identifier: Server.AllocationIdentifier

        /// Ties in the order of the identifiers, so that one seed gives one run.
        func precedes(_ other: Entry) -> Bool {
            (instant, identifier.rawValue) < (other.instant, other.identifier.rawValue)
        }
    }

    private var entries: [Entry] = []

    var count: Int { entries.count }
    var next: Instant? { entries.first?.instant }

    mutating func insert(_ identifier: Server.AllocationIdentifier, at instant: Instant) {
        entries.append(Entry(instant: instant, identifier: identifier))
        var index = entries.count - 1
        while index > 0, entries[index].precedes(entries[(index - 1) / 2]) {
            entries.swapAt(index, (index - 1) / 2)
            index = (index - 1) / 2
        }
    }

    /// Keeps the entries for which the condition does not hold.
    mutating func removeAll(where condition: (Server.AllocationIdentifier) -> Bool) {
        let kept = entries.filter { !condition($0.identifier) }
        entries.removeAll(keepingCapacity: true)
        for entry in kept { insert(entry.identifier, at: entry.instant) }
    }

    mutating func popDue(at now: Instant) -> Server.AllocationIdentifier? {
        guard let first = entries.first, first.instant <= now else { return nil }
        entries.swapAt(0, entries.count - 1)
        entries.removeLast()
        var index = 0
        while let child = earlierChild(of: index), entries[child].precedes(entries[index]) {
            entries.swapAt(child, index)
            index = child
        }
        return first.identifier
    }

    private func earlierChild(of index: Int) -> Int? {
        let left = index * 2 + 1
        guard left < entries.count else { return nil }
        let right = left + 1
        return right < entries.count && entries[right].precedes(entries[left]) ? right : left
    }
}
