import WireFormat

/// The receiving half of a stream: puts bytes in order, and gives credit as they are read.
struct ReceiveStream: Sendable {
    /// As many as 2,048 full packets can have. A packet that would open one more is refused as a whole and comes again.
    static let maximumGaps = 1_024

    private var ring: ByteRing
    private let windowBytes: UInt64
    /// The application has read everything below.
    private(set) var readOffset: UInt64 = 0
    /// Everything below has arrived.
    private(set) var contiguousEnd: UInt64 = 0
    /// The end of what has arrived.
    private(set) var highest: UInt64 = 0
    /// The credit the peer was given.
    private(set) var credit: UInt64
    private var beyond = ByteRanges()

    init(windowBytes: Int, credit: UInt64) {
        ring = ByteRing(limit: max(windowBytes, Int(credit)))
        self.windowBytes = UInt64(ring.limit)
        self.credit = credit
    }

    var memoryBytes: Int { ring.capacity }
    var readableBytes: Int { Int(contiguousEnd - readOffset) }

    /// Refuses what breaks the limits, before anything changes.
    func check(_ frame: StreamFrame) throws(Connection.Failure) {
        guard frame.end <= credit else { throw .flowControlExceeded }
        if frame.offset > contiguousEnd, beyond.count >= Self.maximumGaps, beyond.opensGap(frame.offset..<frame.end) {
            throw .tooManyGaps
        }
    }

    /// Stores a checked frame's bytes.
    ///
    /// - Returns: whether there is more to read than before.
    mutating func receive(_ frame: StreamFrame, bytes: Span<UInt8>) -> Bool {
        guard frame.end <= credit else { return false }
        let before = contiguousEnd
        highest = max(highest, frame.end)
        store(bytes, from: frame.offset, to: frame.end)
        return contiguousEnd > before
    }

    /// Appends what can be read now to `output`, as far as it has room.
    mutating func read(into output: inout OutputSpan<UInt8>) -> Int {
        let count = min(output.freeCapacity, readableBytes)
        ring.read(readOffset..<readOffset + UInt64(count), into: &output)
        readOffset += UInt64(count)
        return count
    }

    /// The credit to announce, or nil while less than a quarter of the window would be won.
    var newCredit: UInt64? {
        let target = readOffset + windowBytes
        return highest > 0 && target - credit >= windowBytes / 4 ? target : nil
    }

    mutating func creditGiven(_ limit: UInt64) { credit = max(credit, limit) }

    private mutating func store(_ bytes: Span<UInt8>, from offset: UInt64, to end: UInt64) {
        guard end > contiguousEnd else { return }
        let start = max(offset, contiguousEnd)
        ring.reserve(readOffset..<highest, keeping: readOffset..<max(contiguousEnd, keptEnd))
        ring.write(bytes.extracting(Int(start - offset)..<bytes.count), at: start)
        if start == contiguousEnd { contiguousEnd = end } else { beyond.insert(start..<end) }
        while let first = beyond.first, first.lowerBound <= contiguousEnd {
            contiguousEnd = max(contiguousEnd, first.upperBound)
            _ = beyond.takeFirst(Int(first.upperBound - first.lowerBound))
        }
    }

    private var keptEnd: UInt64 { beyond.ranges.last?.upperBound ?? 0 }
}
