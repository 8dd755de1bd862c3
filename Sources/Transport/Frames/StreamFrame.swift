/// Bytes of a stream at an offset (RFC 9000 section 19.8).
struct StreamFrame {
    var stream: StreamIdentifier
    var offset: UInt64
    var body: Range<Int>

    /// The offset after the last byte; offsets are below 2^62, so this cannot overflow.
    var end: UInt64 { offset + UInt64(body.count) }
}
