import WireFormat

/// Something that should go on: when it did last, and the longest time that it did not.
package struct Continuity {
    package private(set) var last: Instant?
    package private(set) var longest = Interval.zero
    /// When the longest time ended.
    package private(set) var longestEnd: Instant?
    package private(set) var count = 0

    mutating func note(_ now: Instant) {
        if let last, now - last > longest { (longest, longestEnd) = (now - last, now) }
        last = now
        count += 1
    }

    /// Measures anew, from the last time on.
    mutating func restart() { (longest, longestEnd) = (.zero, nil) }

    /// The longest time up to now, the one that still lasts included.
    package func longest(until now: Instant) -> Interval { last.map { max(longest, now - $0) } ?? longest }
}
