extension Agent {
    /// Bounds on everything that the other peer, a server or a stranger could make grow.
    public struct Limits: Hashable, Sendable {
        /// RFC 8445 section 6.1.2.5: 100 is the default limit.
        public var pairs = 100
        public var remoteCandidates = 64
        public var localCandidates = 64
        public var sockets = 32
        public var servers = 16
        /// Allocations held at once, over all sockets and servers.
        public var relays = 4
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
