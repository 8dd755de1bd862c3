import WireFormat

extension Connection {
    /// Counts since the connection began, and the present state of the path.
    public struct Statistics: Hashable, Sendable {
        public internal(set) var packetsSent: UInt64 = 0
        public internal(set) var packetsReceived: UInt64 = 0
        /// Packets without record overhead.
        public internal(set) var bytesSent: UInt64 = 0
        public internal(set) var bytesReceived: UInt64 = 0
        /// Packets that were in flight and taken for lost; MTU probes excluded.
        public internal(set) var packetsLost: UInt64 = 0
        /// Packets taken for lost that were acknowledged later.
        public internal(set) var packetsSpuriouslyLost: UInt64 = 0
        public internal(set) var packetsDuplicated: UInt64 = 0
        public internal(set) var packetsRefused: UInt64 = 0
        public internal(set) var stateDatagramsSent: UInt64 = 0
        public internal(set) var stateDatagramsReceived: UInt64 = 0
        public internal(set) var stateDatagramsLost: UInt64 = 0
        public internal(set) var streamBytesSent: UInt64 = 0
        public internal(set) var streamBytesResent: UInt64 = 0
        public internal(set) var inputEventsSent: UInt64 = 0
        public internal(set) var inputEventsReceived: UInt64 = 0
        public internal(set) var probeTimeouts: UInt64 = 0
        /// How often an answer over the path in use was overdue.
        public internal(set) var silences: UInt64 = 0
        public internal(set) var congestionEvents: UInt64 = 0
        public internal(set) var persistentCongestionEvents: UInt64 = 0
        public internal(set) var pathChanges: UInt64 = 0
        /// Packets sent with ECT(0), and those that arrived with a mark of congestion: here, and at the peer.
        public internal(set) var packetsMarkable: UInt64 = 0
        public internal(set) var marksReceived: UInt64 = 0
        public internal(set) var marksReported: UInt64 = 0

        public internal(set) var bytesInFlight = 0
        public internal(set) var congestionWindowBytes = 0
        /// What the pacer lets through.
        public internal(set) var pacingBytesPerSecond: Double = 0
        /// Bytes acknowledged per second over about one round trip: what the path delivers of what is offered.
        public internal(set) var deliveryBytesPerSecond: Double = 0
        /// The largest packet without record overhead.
        public internal(set) var maximumPacketBytes = 0
        public internal(set) var latestRTT = Interval.zero
        public internal(set) var smoothedRTT = Interval.zero
        public internal(set) var minimumRTT = Interval.zero
        public internal(set) var rttVariation = Interval.zero
        public internal(set) var rttSamples: UInt64 = 0
        /// The queue on the way to the peer, as congestion control sees it.
        public internal(set) var queueingDelay = Interval.zero
        /// The path was seen to carry ECN, and what goes over it is marked.
        public internal(set) var isECNCapable = false
    }
}
