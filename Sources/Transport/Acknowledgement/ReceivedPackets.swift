/// Which packet numbers have been processed, as a few ranges, newest first.
///
/// The oldest range gives way when a further gap opens; what lies below the ranges kept is taken for processed, so
/// a packet is never processed twice (RFC 9000 section 13.2.3).
struct ReceivedPackets: Sendable {
    /// A run of packet numbers without a gap.
    struct Run: Sendable {
        var lower: UInt64 = 0
        var upper: UInt64 = 0
    }

    /// How a packet number stands to those before it.
    enum Arrival: Equatable {
        /// The one after the largest.
        case next
        /// Larger than expected: those between are missing.
        case ahead
        /// Smaller than the largest, and new.
        case late
    }

    private var runs: [32 of Run] = InlineArray(repeating: Run())
    private(set) var count = 0
    /// Numbers below are taken for processed.
    private var floor: UInt64 = 0

    subscript(index: Int) -> Run { runs[index] }

    var largest: UInt64? { count > 0 ? runs[0].upper : nil }

    /// Whether the number was processed, or is too old to tell.
    func contains(_ number: UInt64) -> Bool {
        if number < floor { return true }
        for index in 0..<count where number >= runs[index].lower { return number <= runs[index].upper }
        return false
    }

    /// Takes note of a number that `contains` denied.
    mutating func insert(_ number: UInt64) -> Arrival {
        guard count > 0 else {
            insertRun(Run(lower: number, upper: number), at: 0)
            return number == floor ? .next : .ahead
        }
        let arrival: Arrival =
            number < runs[0].upper ? .late : number - runs[0].upper == 1 ? .next : .ahead
        var index = 0
        while index < count, number < runs[index].lower { index += 1 }
        join(number, before: index)
        return arrival
    }

    /// Forgets runs that end at or below a number: the peer knows that we have them.
    mutating func forget(through number: UInt64) {
        while count > 1, runs[count - 1].upper <= number { dropOldest() }
    }

    /// Puts the number between the runs `index - 1` (above it) and `index` (below it).
    private mutating func join(_ number: UInt64, before index: Int) {
        let touchesUpper = index > 0 && runs[index - 1].lower - number == 1
        let touchesLower = index < count && number - runs[index].upper == 1
        switch (touchesUpper, touchesLower) {
        case (true, true):
            runs[index - 1].lower = runs[index].lower
            remove(at: index)
        case (true, false): runs[index - 1].lower = number
        case (false, true): runs[index].upper = number
        case (false, false): insertRun(Run(lower: number, upper: number), at: index)
        }
    }

    private mutating func insertRun(_ run: Run, at index: Int) {
        if count == runs.count {
            // The new run itself may be the oldest: then it is what gives way.
            guard index < count else {
                floor = max(floor, run.upper + 1)
                return
            }
            dropOldest()
        }
        var position = count
        while position > index {
            runs[position] = runs[position - 1]
            position -= 1
        }
        runs[index] = run
        count += 1
    }

    private mutating func dropOldest() {
        floor = max(floor, runs[count - 1].upper + 1)
        count -= 1
    }

    private mutating func remove(at index: Int) {
        for position in index..<count - 1 { runs[position] = runs[position + 1] }
        count -= 1
    }
}
