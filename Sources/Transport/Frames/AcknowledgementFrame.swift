import WireFormat

/// What arrived at the peer, newest range first (RFC 9000 section 19.3).
///
/// Two times go with it: how long the largest packet waited for this acknowledgement, so that the round trip can be
/// told from the wait; and when it arrived by the receiver's clock, so that the sender can tell a queue on its own
/// way out from one on the way back.
struct AcknowledgementFrame {
    /// More ranges than this never travel; older gaps are forgotten.
    static let maximumRanges = 32

    /// The receiver's clock in microseconds modulo 2^30 (18 minutes), a four-byte integer on the wire.
    static let arrivalModulus: UInt64 = 1 << 30

    var largest: UInt64
    var delayMicroseconds: UInt64
    var arrivalMicroseconds: UInt64
    /// Ranges after the first.
    var rangeCount: Int
    /// Packets below `largest` in the first range.
    var firstLength: UInt64
    /// The further ranges: each the gap before it and its length.
    var body: Range<Int>
    var ecn: ECNCounts?

    /// Calls back with each range, newest first. The ranges were checked when the frame was read.
    func forEachRange(in packet: Span<UInt8>, _ use: (ClosedRange<UInt64>) -> Void) {
        var upper = largest
        var lower = largest - firstLength
        use(lower...upper)
        var reader = ByteReader(packet.extracting(body))
        for _ in 0..<rangeCount {
            guard let gap = try? reader.readVarint(), let length = try? reader.readVarint(), lower >= gap + 2,
                lower - gap - 2 >= length
            else { return }
            upper = lower - gap - 2
            lower = upper - length
            use(lower...upper)
        }
    }
}
