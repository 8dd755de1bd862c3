/// How often a figure was how large, in buckets for a monitoring system to add up.
struct Distribution: Equatable, Sendable {
    /// Upper ends in seconds.
    static let bounds = [
        0.001, 0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 0.75, 1, 2, 5, 10,
    ]

    /// Not cumulative; the last is beyond all bounds.
    private(set) var counts = [UInt64](repeating: 0, count: bounds.count + 1)
    private(set) var sum = 0.0

    var count: UInt64 { counts.reduce(0, +) }

    mutating func record(_ seconds: Double) {
        // What a peer says: it may say anything.
        guard seconds.isFinite, seconds >= 0 else { return }
        counts[Self.bounds.firstIndex { seconds <= $0 } ?? Self.bounds.count] += 1
        sum += min(seconds, 3_600)
    }
}
