import WireFormat

/// The sending half of a stream: bytes wait here until the peer has them.
struct SendStream: Sendable {
    private var ring: ByteRing
    /// Everything below was acknowledged.
    private(set) var base: UInt64 = 0
    /// The end of what was written.
    private(set) var end: UInt64 = 0
    /// Everything below was sent at least once.
    private(set) var next: UInt64 = 0
    /// The peer's credit.
    private(set) var credit: UInt64
    private var acknowledged = ByteRanges()
    private var lost = ByteRanges()

    init(bufferBytes: Int, credit: UInt64) {
        ring = ByteRing(limit: bufferBytes)
        self.credit = credit
    }

    var bufferedBytes: Int { Int(end - base) }
    var memoryBytes: Int { ring.capacity }

    /// Takes as many bytes as there is room for, and says how many.
    mutating func write(_ bytes: Span<UInt8>) -> Int {
        let room = ring.limit - bufferedBytes
        let taken = min(room, bytes.count)
        guard taken > 0 else { return 0 }
        ring.reserve(base..<end + UInt64(taken), keeping: base..<end)
        ring.write(bytes.extracting(0..<taken), at: end)
        end += UInt64(taken)
        return taken
    }

    mutating func raiseCredit(to limit: UInt64) { credit = max(credit, limit) }

    /// Whether there is something to send; new bytes only within the credit of stream and connection.
    func hasPending(connectionCredit: UInt64) -> Bool {
        if !lost.isEmpty { return true }
        return next < end && connectionCredit > 0 && next < credit
    }

    /// The next bytes to put in a packet, at most `maximumBytes`; lost ones first. They count as sent.
    ///
    /// - Returns: the chunk, and how much of it is new to the connection's credit.
    mutating func takeChunk(
        maximumBytes: Int, connectionCredit: UInt64
    ) -> (range: Range<UInt64>, newBytes: UInt64)? {
        if let range = lost.takeFirst(maximumBytes) { return (range, 0) }
        let allowed = min(UInt64(max(maximumBytes, 0)), connectionCredit, credit - min(next, credit), end - next)
        guard allowed > 0 else { return nil }
        let range = next..<next + allowed
        next = range.upperBound
        return (range, allowed)
    }

    func copy(_ range: Range<UInt64>, into packet: inout OutputSpan<UInt8>) { ring.read(range, into: &packet) }

    /// The peer has a chunk.
    mutating func chunkAcknowledged(_ range: Range<UInt64>) {
        lost.remove(range)
        if range.upperBound > base { acknowledged.insert(max(range.lowerBound, base)..<range.upperBound) }
        if let first = acknowledged.first, first.lowerBound <= base {
            base = first.upperBound
            _ = acknowledged.takeFirst(Int(first.upperBound - first.lowerBound))
        }
    }

    /// A packet with a chunk was lost: what no other packet has delivered since goes out again.
    mutating func chunkLost(_ range: Range<UInt64>) {
        guard range.upperBound > base else { return }
        lost.insert(max(range.lowerBound, base)..<range.upperBound)
        for done in acknowledged.ranges where done.lowerBound < range.upperBound { lost.remove(done) }
    }
}
