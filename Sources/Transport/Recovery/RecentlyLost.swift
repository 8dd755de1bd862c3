/// The last packets taken for lost, to notice those that were only late.
struct RecentlyLost: Sendable {
    private var numbers: [32 of UInt64] = InlineArray(repeating: .max)
    private var next = 0
    private(set) var count = 0

    mutating func append(_ number: UInt64) {
        if numbers[next] == .max { count += 1 }
        numbers[next] = number
        next = (next + 1) % numbers.count
    }

    /// Forgets the numbers in a range, and says how many there were.
    mutating func remove(in range: ClosedRange<UInt64>) -> Int {
        guard count > 0 else { return 0 }
        var found = 0
        for index in numbers.indices where numbers[index] != .max && range.contains(numbers[index]) {
            numbers[index] = .max
            found += 1
        }
        count -= found
        return found
    }
}
