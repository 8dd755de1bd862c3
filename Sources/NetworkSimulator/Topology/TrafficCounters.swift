/// What a host sent and received, and why what it sent did not arrive.
public struct TrafficCounters: Sendable {
    public internal(set) var sentPackets = 0
    /// Payload bytes, without UDP and IP headers.
    public internal(set) var sentBytes = 0
    public internal(set) var receivedPackets = 0
    /// Of what was sent, the packets that a long queue marked.
    public internal(set) var markedPackets = 0
    public internal(set) var receivedBytes = 0
    private var drops: [16 of Int] = InlineArray(repeating: 0)

    public init() {}

    /// The packets of this host that were dropped, by reason.
    public subscript(reason: DropReason) -> Int { drops[Int(reason.rawValue)] }

    /// All packets of this host that were dropped.
    public var droppedPackets: Int { DropReason.allCases.reduce(0) { $0 + self[$1] } }

    mutating func count(_ reason: DropReason) { drops[Int(reason.rawValue)] += 1 }
}
