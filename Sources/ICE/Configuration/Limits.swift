import WireFormat

extension Agent {
    /// Bounds on everything that the other peer, a server or a stranger could make grow.
    public struct Limits: Hashable, Sendable {
        /// RFC 8445 section 6.1.2.5: 100 is the default limit.
        public var pairs = 100
        public var remoteCandidates = 64
        /// How many of the peer's candidates may at once take the place of such as came to nothing, once there are
        /// `remoteCandidates`; one more in each `replacementInterval`. Whoever names addresses for ever has us send
        /// checks to strangers (RFC 8445 section 19.5.1), and to no more of them than this.
        public var replacements = 16
        public var replacementInterval = Interval.seconds(4)
        public var localCandidates = 64
        public var sockets = 32
        public var servers = 16
        /// Allocations held or asked for at once, over all sockets and servers.
        public var relays = 4
        /// Those, and others that have failed, wait for a place, or are being given back.
        var relayRecords: Int { 4 * relays }
        /// Checks under way at once, retransmissions and superseded ones included.
        public var transactions = 256
        /// Answers waiting to be sent.
        public var responses = 64
        public var events = 256
        /// Valid pairs kept alive beside each other: the selected one and its spares.
        public var maintainedPairs = 4

        public init() {}
    }
}
