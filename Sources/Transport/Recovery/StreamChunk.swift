/// The stream bytes that one packet carried.
struct StreamChunk: Sendable {
    var offset: UInt64 = 0
    var length: UInt16 = 0
    var stream: UInt8 = 0

    var range: Range<UInt64> { offset..<offset + UInt64(length) }
}
