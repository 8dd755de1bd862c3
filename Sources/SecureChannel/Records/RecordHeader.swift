import WireFormat

/// A record's header, unmasked. Not yet authentic.
struct RecordHeader {
    /// Bits of the first byte that senders leave zero.
    private static let reserved: UInt8 = 0x1C

    /// The header's bytes: what the tag authenticates; the first `count` count.
    private(set) var bytes: [9 of UInt8] = InlineArray(repeating: 0)
    private(set) var count = 0
    private(set) var truncatedNumber: UInt64 = 0
    let numberCount: Int

    var phase: UInt8 { bytes[0] >> 5 & 1 }
    var hasReservedBits: Bool { bytes[0] & Self.reserved != 0 }

    /// - Precondition: the record is long enough for identifier, sample offset and sample.
    init(_ record: Span<UInt8>, identifierCount: Int, protection: HeaderProtection) {
        let numberStart = 1 + identifierCount
        let mask = unsafe record.withPointer { pointer in
            unsafe protection.mask(sample: pointer + numberStart + HeaderProtection.sampleOffset)
        }
        let first = record[0] ^ UInt8(truncatingIfNeeded: mask) & HeaderProtection.firstByteMask
        numberCount = Int(first & 3) + 1
        bytes[0] = first
        for index in 1..<numberStart { bytes[index] = record[index] }
        for index in 0..<numberCount {
            let byte = record[numberStart + index] ^ UInt8(truncatingIfNeeded: mask >> UInt64((index + 1) * 8))
            bytes[numberStart + index] = byte
            truncatedNumber = truncatedNumber << 8 | UInt64(byte)
        }
        count = numberStart + numberCount
    }
}
