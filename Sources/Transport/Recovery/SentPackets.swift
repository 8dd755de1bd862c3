/// The packets whose fate is open, in a ring indexed by packet number.
///
/// It grows by doubling up to its limit and never shrinks, so the steady state allocates nothing. Numbers before the
/// oldest outstanding packet are forgotten.
struct SentPackets: Sendable {
    private var slots: [SentPacket]
    private let limit: Int
    /// The oldest number kept.
    private(set) var first: UInt64 = 0
    /// The number after the newest.
    private(set) var end: UInt64 = 0

    /// - Parameter limit: the most packets kept; taken up to a power of two.
    init(limit: Int) {
        var size = 64
        while size < min(limit, 1 << 16) { size *= 2 }
        self.limit = size
        slots = Array(repeating: SentPacket(), count: 64)
    }

    var count: Int { Int(end - first) }
    var capacity: Int { slots.count }

    /// No further packet can be kept before the oldest one's fate is decided.
    var isFull: Bool { count == limit }

    func contains(_ number: UInt64) -> Bool { number >= first && number < end }

    /// - Precondition: `contains(number)`.
    subscript(number: UInt64) -> SentPacket {
        get { slots[Int(number & UInt64(slots.count - 1))] }
        set { slots[Int(number & UInt64(slots.count - 1))] = newValue }
    }

    /// Changes a packet where it lies.
    @discardableResult
    mutating func update<Result>(_ number: UInt64, _ change: (inout SentPacket) -> Result) -> Result {
        change(&slots[Int(number & UInt64(slots.count - 1))])
    }

    func isOutstanding(_ number: UInt64) -> Bool {
        slots[Int(number & UInt64(slots.count - 1))].flags.contains(.outstanding)
    }

    /// Keeps a packet under the next number.
    ///
    /// - Precondition: not `isFull`.
    mutating func append(_ packet: SentPacket) {
        if count == slots.count { grow() }
        slots[Int(end & UInt64(slots.count - 1))] = packet
        end += 1
        forgetSettled()
    }

    /// Forgets the oldest packets up to the first outstanding one.
    mutating func forgetSettled() {
        while first < end, !isOutstanding(first) { first += 1 }
    }

    private mutating func grow() {
        precondition(slots.count < limit, "the ring of sent packets is full")
        var larger = Array(repeating: SentPacket(), count: slots.count * 2)
        for number in first..<end { larger[Int(number & UInt64(larger.count - 1))] = self[number] }
        slots = larger
    }
}
