import WireFormat

/// Many timers, earliest first. A timer is not cancelled: when it fires, its owner looks whether it still matters.
struct TimerHeap<Key: Sendable>: Sendable {
    private struct Entry {
        var instant: Instant
        /// Ties go to the timer that was set first, so that one seed gives one run.
        var sequence: UInt64
        var key: Key

        func isBefore(_ other: Entry) -> Bool {
            instant == other.instant ? sequence < other.sequence : instant < other.instant
        }
    }

    private var entries: [Entry] = []
    private var sequence: UInt64 = 0
    private static var leastBeforeCompaction: Int { 1_024 }
    private var compactsAbove = Self.leastBeforeCompaction

    var count: Int { entries.count }
    var next: Instant? { entries.first?.instant }

    mutating func insert(_ key: Key, at instant: Instant) {
        sequence &+= 1
        entries.append(Entry(instant: instant, sequence: sequence, key: key))
        siftUp(entries.count - 1)
    }

    /// Removes and returns the earliest timer that is due at `now`, or nil if none is.
    mutating func popDue(at now: Instant) -> Key? {
        guard let first = entries.first, first.instant <= now else { return nil }
        let last = entries.removeLast()
        if !entries.isEmpty {
            entries[0] = last
            siftDown(0)
        }
        return first.key
    }

    /// Drops the timers that no longer matter once there are twice as many as were kept the last time: so churn does not
    /// fill the heap, and each timer pays for few looks.
    mutating func compactIfDoubled(keeping isWanted: (Key, Instant) -> Bool) {
        guard entries.count > compactsAbove else { return }
        entries.removeAll { !isWanted($0.key, $0.instant) }
        entries.sort { $0.isBefore($1) }
        compactsAbove = entries.count * 2 + Self.leastBeforeCompaction
    }

    private mutating func siftUp(_ start: Int) {
        var child = start
        while child > 0 {
            let parent = (child - 1) / 2
            guard entries[child].isBefore(entries[parent]) else { return }
            entries.swapAt(child, parent)
            child = parent
        }
    }

    private mutating func siftDown(_ start: Int) {
        var parent = start
        while true {
            var smallest = parent
            for child in [parent * 2 + 1, parent * 2 + 2] where child < entries.count {
                if entries[child].isBefore(entries[smallest]) { smallest = child }
            }
            guard smallest != parent else { return }
            entries.swapAt(parent, smallest)
            parent = smallest
        }
    }
}
