import WireFormat

/// What is known of one path: everything that must not be mixed when the session moves.
struct PathState: Sendable {
    let identifier: PathIdentifier
    /// Counts path changes; packets sent before the last one carry a smaller number.
    var generation: UInt32
    var controller: CongestionController
    var roundTrip: RoundTripEstimator
    var pacer: Pacer
    var mtu: PathMTUDiscovery
    var delivery: DeliveryRate
    var ecn: ECNValidation
    var bytesInFlight = 0
    var leftAt = Instant.zero
    /// The peer's one-way clock difference at the first sample, so that later ones are small numbers.
    var oneWayReference: UInt64?
    /// Packets up to this number left while the window was full.
    var limitedThrough: UInt64?
    /// The newest packet that took this path and is acknowledged: only what went the same way overtakes.
    var largestAcknowledged: UInt64?
    /// Packets from this number on raise a doubt about the datagram size when they are lost; those before have.
    var suspiciousFrom: UInt64 = 0
    /// How many later packets must have arrived before a missing one is lost.
    var packetThreshold = Connection.packetThreshold

    init(
        _ identifier: PathIdentifier, generation: UInt32, configuration: Connection.Configuration,
        initialRTT: Interval, isMeasured: Bool, windowBytes: Int, burstBytes: Int,
        reportedMarks: ECNCounts = ECNCounts(), at now: Instant
    ) {
        self.identifier = identifier
        self.generation = generation
        controller = CongestionController(configuration.congestionControl, initialWindowBytes: windowBytes, at: now)
        roundTrip = RoundTripEstimator(initial: initialRTT, isMeasured: isMeasured)
        pacer = Pacer(burstBytes: burstBytes, at: now)
        mtu = PathMTUDiscovery(
            base: configuration.baseDatagramBytes, maximum: configuration.maximumDatagramBytes)
        delivery = DeliveryRate(at: now)
        ecn = ECNValidation(reported: reportedMarks)
    }

    /// The size of packets that carry bulk streams alone.
    var bulkPacketBytes: Int { controller.bulkPacketBytes(largest: mtu.size) }

    var pacingBytesPerSecond: Double { controller.pacingBytesPerSecond(smoothedRTT: roundTrip.smoothed) }

    /// Arrival less sending in nanoseconds since the path's first sample; the peer's clock counts modulo 2^30 us.
    mutating func oneWayDelay(arrivalMicroseconds: UInt64, sentAt: Instant) -> Interval {
        let mask = AcknowledgementFrame.arrivalModulus - 1
        let difference = (arrivalMicroseconds &- AcknowledgementState.arrivalMicroseconds(sentAt)) & mask
        let reference = oneWayReference ?? difference
        oneWayReference = reference
        let offset = (difference &- reference) & mask
        let signed =
            offset > mask / 2 ? Int64(offset) - Int64(AcknowledgementFrame.arrivalModulus) : Int64(offset)
        return .microseconds(signed)
    }
}
