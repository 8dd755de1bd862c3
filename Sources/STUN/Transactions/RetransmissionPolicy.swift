import WireFormat

/// When a request over UDP is sent again, and when it is given up (RFC 8489 section 6.2.1).
public struct RetransmissionPolicy: Hashable, Sendable {
    /// The time until the first repetition; it doubles with each one. "SHOULD be greater than or equal to 500 ms"
    /// by default, less where the round trip is known, as in ICE's checks (RFC 8445 section 14.3).
    public var initialTimeout: Interval

    /// How often the request is sent in all: "Rc SHOULD be configurable and SHOULD have a default of 7".
    public var sendCount: Int

    /// How many initial timeouts to wait after the last sending: "Rm SHOULD be configurable and SHOULD have a
    /// default of 16".
    public var finalWaitFactor: Int64

    /// The longest time between two sendings, where the doubling is to end earlier.
    public var maximumTimeout: Interval

    /// How long to wait for an answer over a reliable transport: "a default of 39.5 s" (RFC 8489 section 6.2.2).
    public var reliableTimeout: Interval

    public init(
        initialTimeout: Interval = .milliseconds(500), sendCount: Int = 7, finalWaitFactor: Int64 = 16,
        maximumTimeout: Interval = .seconds(3600), reliableTimeout: Interval = .milliseconds(39_500)
    ) {
        self.initialTimeout = initialTimeout
        self.sendCount = sendCount
        self.finalWaitFactor = finalWaitFactor
        self.maximumTimeout = maximumTimeout
        self.reliableTimeout = reliableTimeout
    }

    /// The wait after the `count`-th sending, counted from one.
    func wait(afterSending count: Int) -> Interval {
        if count >= sendCount { return initialTimeout * finalWaitFactor }
        let doublings = min(max(0, count - 1), 20)
        return min(initialTimeout * (1 << Int64(doublings)), maximumTimeout)
    }
}
