import WireFormat

extension RendezvousServer {
    /// Times and limits of a server.
    public struct Configuration: Sendable {
        /// How often a client says that it lives; one that is silent for three of these is dropped.
        public var heartbeat = Interval.seconds(30)
        /// A connection that has not asked for anything by then is dropped.
        public var firstRequestTimeout = Interval.seconds(20)
        /// From the join to the host's answer.
        public var answerTimeout = Interval.seconds(60)
        /// Of that, how long the viewer may take to say who it is, or to make another offer, where a policy wants it.
        public var viewerTimeout = Interval.seconds(10)
        /// How long one peer of a meeting waits for the other.
        public var meetingTimeout = Interval.seconds(300)
        /// A numbered room is closed at this age.
        public var roomLifetime = Interval.seconds(24 * 3_600)
        /// For so long nobody else gets the number of a room that was closed, so that an old code never leads
        /// to a stranger; its host gets it back by its token.
        public var quarantine = Interval.seconds(600)

        /// Several servers that know nothing of each other share the venues by the paths of connections: a connection
        /// opens the room that its path names, and no other.
        public var opensNamedRoomsOnly = false

        public var connections = 100_000
        public var connectionsPerSource = 1_024
        public var sources = 65_536
        public var venues = 200_000
        public var sessions = 100_000
        public var sessionsPerConnection = 32
        public var meetings = 100_000
        public var meetingsPerConnection = 32

        /// Per source address (IPv6: per /64).
        public var connectRate = RateLimit(600, per: .seconds(60))
        public var openRate = RateLimit(120, per: .seconds(60))
        public var joinRate = RateLimit(120, per: .seconds(60))
        /// Per room: guesses at a code's words, from wherever they come.
        public var roomJoinRate = RateLimit(30, per: .seconds(60))
        /// What may be trickled in a session before its host has answered: candidates take some KiB.
        public var unansweredBytes = 65_536
        /// Per session that is answered: its peers' further candidates, in bytes of both.
        public var trickleRate = RateLimit(262_144, per: .seconds(60))
        /// Per connection.
        public var messageRate = RateLimit(600, per: .seconds(60))
        public var byteRate = RateLimit(1_048_576, per: .seconds(60))
        public var queueMessages = 128
        public var queueBytes = 256 * 1_024

        public init() {}
    }
}
