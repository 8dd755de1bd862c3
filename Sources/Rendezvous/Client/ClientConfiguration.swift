import WireFormat

extension RendezvousClient {
    /// Times and limits of a client.
    public struct Configuration: Sendable {
        /// The first reconnection waits up to this long, each further one up to twice as long as the one before.
        public var backoffFloor = Interval.milliseconds(500)
        public var backoffCeiling = Interval.seconds(30)
        /// No longer than this while a session has lost its path (`setNeeded`): somebody looks at a frozen picture, and the
        /// path comes back through signaling only.
        public var neededCeiling = Interval.seconds(2)
        /// A connection that lived this long makes the next backoff start from the floor again.
        public var steadyAfter = Interval.seconds(5)
        /// From asking for the transport to its being open.
        public var connectTimeout = Interval.seconds(15)
        /// From the open transport to the server's welcome.
        public var welcomeTimeout = Interval.seconds(10)
        /// A viewer whose join is put off gives up after this.
        public var joinPatience = Interval.seconds(60)
        /// Where the transport was lost, a viewer that is back takes a host that is not there for one that is still to come,
        /// for so long: the server may have lost both, and a host that waits comes back within `backoffCeiling`.
        public var hostPatience = Interval.seconds(35)
        /// How long a transport may take to show that it outlived a change of the network.
        public var changePatience = Interval.seconds(2)
        /// The same where a session has lost its path, which may have been the network's fault or the path's alone.
        public var neededPatience = Interval.seconds(5)
        /// What was heard so lately shows that the transport lives: a session that begins needs no other sign.
        public var signAge = Interval.seconds(1)
        /// Between two requests to meet the peer of a running session again.
        public var meetingRetry = Interval.seconds(3)
        /// Until a host asks again for another room that it cannot have while sessions hold it to its connection.
        public var roomRetry = Interval.seconds(5)
        /// Outgoing messages.
        public var queueMessages = 256
        public var queueBytes = 512 * 1_024
        /// Sessions at one time.
        public var sessions = 32
        /// Blobs kept for a session whose signaling is lost for now.
        public var keptBlobs = 64

        public init() {}
    }
}
