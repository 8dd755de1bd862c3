import WireFormat

/// So many of something in so much time.
public struct RateLimit: Hashable, Sendable {
    public var count: Int
    public var period: Interval

    public init(_ count: Int, per period: Interval) {
        self.count = max(1, count)
        self.period = period
    }
}
