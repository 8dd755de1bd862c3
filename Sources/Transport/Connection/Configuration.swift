import WireFormat

extension Connection {
    /// What a connection may use and how it behaves. Both peers may differ: nothing here is negotiated.
    public struct Configuration: Hashable, Sendable {
        /// The algorithm that governs how much is in flight.
        public var congestionControl = CongestionController.Algorithm.copa

        /// Bytes that the layers below add to a packet before it becomes a UDP payload: record header and tag.
        public var recordOverheadBytes = 32

        /// The UDP payload that every path is taken to carry (RFC 8899 section 5.1.2, BASE_PLPMTU: 1,200).
        public var baseDatagramBytes = 1_200

        /// Where the search for larger UDP payloads ends: 1,472 is Ethernet's 1,500 less the IPv4 and UDP headers,
        /// 1,452 the same for IPv6. Equal to the base, there is no search.
        public var maximumDatagramBytes = 1_452

        /// The datagrams sent at once on a path not yet measured: RFC 6928's 10 for a page, more for a picture. Twenty
        /// 1,200-byte datagrams take 10 ms at 20 Mbit/s.
        public var initialWindowPackets = 20

        /// The round trip assumed before the first sample. RFC 9002 section 6.2.2 says 333 ms; a session knows better
        /// from its connectivity checks, and passes that to `pathChanged`.
        public var initialRTT = Interval.milliseconds(150)

        /// How long an acknowledgement may wait for company. RFC 9000 allows 25 ms; an interactive session wants to
        /// learn of losses sooner, and 5 ms still lets one acknowledgement answer a burst.
        public var maximumAcknowledgementDelay = Interval.milliseconds(5)

        /// Sends packets with ECT(0) wherever the path carries it (RFC 9000 section 13.4).
        public var usesECN = true

        /// Bytes a stream buffers for sending, acknowledged bytes excluded.
        public var streamSendBufferBytes = 4 << 20

        /// Credit given to the peer beyond what the application has read, per stream.
        public var streamReceiveWindowBytes = 4 << 20

        /// Credit given to the peer beyond what the application has read, all streams together. Two streams of files may
        /// stand full because the disk has stalled, and the others must go on, the control stream first of all: so it is
        /// more than two streams' windows.
        public var connectionReceiveWindowBytes = 16 << 20

        /// Input events that may wait for their acknowledgement; at most `maximumInputQueue`.
        public var inputQueueEvents = 256

        /// Packet numbers kept until their fate is known. It bounds the packets in flight, and so the rate: 8,192 are
        /// 300 ms at 250 Mbit/s.
        public var maximumTrackedPackets = 8_192

        /// Room left for the state content beside repeated input and acknowledgements: one raw tile of the screen codec.
        public var stateReserveBytes = 1_064

        /// While state content keeps the link busy, one packet in so many goes to waiting bulk streams first.
        public var bulkShareDivisor = 8

        public init() {}
    }
}
