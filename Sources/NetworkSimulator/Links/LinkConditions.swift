public import WireFormat

/// What one direction of a link does to packets.
public struct LinkConditions: Hashable, Sendable {
    /// Propagation delay, on top of the time that `bytesPerSecond` takes.
    public var delay: Interval
    /// Each packet is late by up to this much more, uniformly. Packets stay in order unless `jitterReorders`.
    public var jitter: Interval
    public var jitterReorders: Bool
    public var loss: LossModel
    /// The probability that a packet is held back by `reorderingDelay` while later ones pass it.
    public var reordering: Double
    public var reorderingDelay: Interval
    /// The probability that a packet arrives twice.
    public var duplication: Double
    /// The probability that one byte of a packet arrives changed (UDP's checksum would mostly catch that: fault injection).
    public var corruption: Double
    /// The line rate in bytes (of IP packets) per second; nil for no limit.
    public var bytesPerSecond: Int64?
    /// What may wait for the line before packets are dropped from the tail, in bytes of IP packets.
    public var queueBytes: Int
    /// A longer queue than this marks what is ECN-capable (RFC 3168 section 5), in bytes of IP packets; nil marks nothing.
    /// What is not capable waits until the queue is full.
    public var markingBytes: Int?
    /// Whether the ECN field is cleared on the way, as old routers and some tunnels do.
    public var bleachesECN: Bool
    /// The largest IP packet that passes; larger ones are dropped, as with "don't fragment" set.
    public var maximumTransmissionUnit: Int

    public init(
        delay: Interval = .zero, jitter: Interval = .zero, jitterReorders: Bool = false, loss: LossModel = .none,
        reordering: Double = 0, reorderingDelay: Interval = .milliseconds(5), duplication: Double = 0,
        corruption: Double = 0, bytesPerSecond: Int64? = nil, queueBytes: Int = 256 * 1024,
        markingBytes: Int? = nil, bleachesECN: Bool = false, maximumTransmissionUnit: Int = 1_500
    ) {
        self.delay = delay
        self.jitter = jitter
        self.jitterReorders = jitterReorders
        self.loss = loss
        self.reordering = reordering
        self.reorderingDelay = reorderingDelay
        self.duplication = duplication
        self.corruption = corruption
        self.bytesPerSecond = bytesPerSecond
        self.queueBytes = queueBytes
        self.markingBytes = markingBytes
        self.bleachesECN = bleachesECN
        self.maximumTransmissionUnit = maximumTransmissionUnit
    }

    /// No delay, no limit: packets pass without an event of their own.
    public static var instant: LinkConditions { LinkConditions() }
}
