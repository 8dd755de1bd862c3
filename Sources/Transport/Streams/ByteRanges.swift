/// A set of stream offsets as sorted, disjoint, non-touching ranges.
struct ByteRanges: Sendable {
    private(set) var ranges: [Range<UInt64>] = []

    var isEmpty: Bool { ranges.isEmpty }
    var count: Int { ranges.count }
    var first: Range<UInt64>? { ranges.first }

    /// Adds a range, joining what it overlaps or touches.
    mutating func insert(_ range: Range<UInt64>) {
        guard !range.isEmpty else { return }
        let start = firstIndex(endingAtOrAfter: range.lowerBound)
        var end = start
        var merged = range
        while end < ranges.count, ranges[end].lowerBound <= range.upperBound {
            merged = min(merged.lowerBound, ranges[end].lowerBound)..<max(merged.upperBound, ranges[end].upperBound)
            end += 1
        }
        if end == start {
            ranges.insert(merged, at: start)
        } else {
            ranges[start] = merged
            if end > start + 1 { ranges.removeSubrange(start + 1..<end) }
        }
    }

    /// Removes a range, splitting what it lies in.
    mutating func remove(_ range: Range<UInt64>) {
        guard !range.isEmpty, !ranges.isEmpty else { return }
        var index = firstIndex(endingAtOrAfter: range.lowerBound)
        while index < ranges.count, ranges[index].lowerBound < range.upperBound {
            let present = ranges[index]
            let left = present.lowerBound..<max(present.lowerBound, min(present.upperBound, range.lowerBound))
            let right = min(present.upperBound, max(present.lowerBound, range.upperBound))..<present.upperBound
            switch (left.isEmpty, right.isEmpty) {
            case (true, true): ranges.remove(at: index)
            case (false, true):
                ranges[index] = left
                index += 1
            case (true, false):
                ranges[index] = right
                index += 1
            case (false, false):
                ranges[index] = left
                ranges.insert(right, at: index + 1)
                index += 2
            }
        }
    }

    /// Whether adding the range would make one range more.
    func opensGap(_ range: Range<UInt64>) -> Bool {
        let index = firstIndex(endingAtOrAfter: range.lowerBound)
        return index == ranges.count || ranges[index].lowerBound > range.upperBound
    }

    /// Takes at most `count` bytes off the front.
    mutating func takeFirst(_ count: Int) -> Range<UInt64>? {
        guard let front = ranges.first, count > 0 else { return nil }
        let length = min(UInt64(count), front.upperBound - front.lowerBound)
        let taken = front.lowerBound..<front.lowerBound + length
        if taken.upperBound == front.upperBound {
            ranges.removeFirst()
        } else {
            ranges[0] = taken.upperBound..<front.upperBound
        }
        return taken
    }

    /// The first range whose end is at or after an offset, by bisection.
    private func firstIndex(endingAtOrAfter offset: UInt64) -> Int {
        var low = 0
        var high = ranges.count
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound < offset { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
