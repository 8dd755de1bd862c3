import WireFormat

extension Agent {
    /// How a pair is kept alive and how its death is noticed.
    public struct Liveness: Hashable, Sendable {
        /// RFC 7675 section 5.1: consent checks are 5 seconds apart, times a random factor of 0.8 to 1.2.
        public var consentInterval = Interval.seconds(5)

        /// RFC 7675 section 5.1: consent expires 30 seconds after the last valid answer.
        public var consentExpiry = Interval.seconds(30)

        /// How long data may go out over a pair with nothing coming back before a consent check is sent at once; at
        /// least three round trips. Faster than RFC 7675 asks, so that a dead path costs a fraction of a second.
        public var silence = Interval.milliseconds(250)

        /// How many consent checks in a row go unanswered, each for its own timeout, before a pair is suspected and
        /// the session moves to a spare. Consent itself expires later, as the RFC says.
        public var unansweredChecks = 3

        /// How long a pair that failed as the selected one must have worked again before it is selected again; doubled
        /// with each failure up to 32 times.
        public var probation = Interval.seconds(1)

        /// The least time between two checks of a pair that was kept, while no pair works: how late the return of a
        /// network is noticed of which nobody has told.
        public var revivalInterval = Interval.milliseconds(100)

        /// How long no pair at all may be valid before `failed` is reported; the agent goes on trying.
        public var failureTimeout = Interval.seconds(30)

        public init() {}
    }
}
