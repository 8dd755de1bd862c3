/// Writes fields of bits, the least significant first, into a bank that is reused for ever. A copy of it is a point
/// to return to.
struct BitWriter {
    /// Fewer than eight bits between calls.
    private var pending: UInt64 = 0
    private var pendingBits = 0
    private var count = 0
    private let bytes: Bank<UInt8>

    init(_ bytes: Bank<UInt8>) { self.bytes = bytes }

    var byteCount: Int { count + (pendingBits + 7) / 8 }

    var bitCount: Int { count * 8 + pendingBits }

    /// Appends the lower `count` bits of `value`, whose other bits are zero; at most 56.
    @inline(__always)
    mutating func append(_ value: UInt64, count bitCount: Int) {
        pending |= value &<< UInt64(truncatingIfNeeded: pendingBits)
        pendingBits &+= bitCount
        bytes.store(pending, at: count)
        count &+= pendingBits &>> 3
        // All the whole bytes leave; 56 of 64 bits at once at most, so that the shift is defined.
        pending &>>= UInt64(truncatingIfNeeded: pendingBits & 56)
        pendingBits &= 7
    }

    @_lifetime(output: copy output)
    mutating func finish(into output: inout OutputSpan<UInt8>) {
        bytes.append(0..<count, to: &output)
        for index in 0..<(pendingBits + 7) / 8 {
            output.append(UInt8(truncatingIfNeeded: pending >> UInt64(index * 8)))
        }
    }
}
