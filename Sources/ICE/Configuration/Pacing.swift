import WireFormat

extension Agent {
    /// How fast new transactions may start.
    ///
    /// RFC 8445 section 14.2: "ICE agents SHOULD use a default Ta value, 50 ms", another value must be agreed, and new
    /// transactions must never start more often than every 5 ms.
    ///
    /// **Deviation.** Both agents are ours and use the same constants, so Ta is not negotiated. The first
    /// `burstCount` transactions of a generation are `burstInterval` (the 5 ms floor) apart, later ones `interval`.
    /// A session has few candidates (typically under 20 pairs), and with 50 ms the pair that works would wait a second
    /// in the queue; 40 transactions of about 100 bytes at 5 ms are 160 kbit/s for 200 ms, less than one frame.
    /// Triggered checks, which only an authenticated check from the peer can cause, do not wait for Ta: each answers
    /// one packet with one packet, and `checksPerSecond` bounds the total.
    ///
    /// What Ta is for, says RFC 8445 appendix B.1: a NAT may fail to make bindings that are asked for faster. So only
    /// transactions that need a new binding wait for it. A request to a server that the socket has asked something
    /// before, and a check that leaves through a relay, use one that is there; of the latter `relayedBurst` may leave
    /// at once, which is no more than a connection's initial window (RFC 6928).
    public struct Pacing: Hashable, Sendable {
        public var burstCount = 40
        public var burstInterval = Interval.milliseconds(5)
        public var interval = Interval.milliseconds(50)

        /// The checks that may leave through relays without waiting for each other.
        public var relayedBurst = 8

        /// The first retransmission timeout of a check while no round-trip time is known.
        ///
        /// **Deviation.** RFC 8445 section 14.3 has at least 500 ms. A check that a NAT dropped must not cost half a
        /// second: 100 ms, doubling, for `maximumTransmissions`; the last of 7 leaves after 6.3 s and the check fails
        /// after 7.9 s. The RFC's 39.5 s at the same number of packets only delays the end of hopeless pairs.
        public var retransmissionTimeout = Interval.milliseconds(100)

        /// Rc of RFC 8489 section 6.2.1: 7.
        public var maximumTransmissions = 7

        /// Rm of RFC 8489 section 6.2.1: the last transmission is waited for 16 times the first timeout.
        static let finalWaitFactor: Int64 = 16

        /// At the beginning, for `openingTime` after the peer's credentials have come, checks are repeated twice more,
        /// after 25 and 75 ms: who hears of the other first sends its check against a NAT or a firewall that the other
        /// opens a moment later, and would else wait for the other's check to come and its own to go once more.
        public var openingTime = Interval.milliseconds(300)

        /// No more checks than this leave in a second, of all kinds together, and no more answers to the peer's.
        public var checksPerSecond = 400

        public init() {}
    }
}
