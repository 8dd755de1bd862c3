/// Writes fields of bits, the least significant first, into a bank that is reused for ever. A copy of it is a point
/// to return to.
struct BitWriter {
    private var pending: UInt64 = 0
    private var pendingBits = 0
    private var count = 0
    private let bytes: Bank<UInt8>

    init(_ bytes: Bank<UInt8>) { self.bytes = bytes }

    var byteCount: Int { count + (pendingBits + 7) / 8 }

    var bitCount: Int { count * 8 + pendingBits }

    /// Appends the lower `count` bits of `value`, whose other bits are zero; at most 32.
    @inline(__always)
    mutating func append(_ value: UInt32, count bitCount: Int) {
        pending |= UInt64(value) &<< UInt64(truncatingIfNeeded: pendingBits)
        pendingBits &+= bitCount
        if pendingBits >= 32 { spill() }
    }

    @_lifetime(output: copy output)
    mutating func finish(into output: inout OutputSpan<UInt8>) {
        bytes.append(0..<count, to: &output)
        for index in 0..<(pendingBits + 7) / 8 {
            output.append(UInt8(truncatingIfNeeded: pending >> UInt64(index * 8)))
        }
    }

    @inline(__always)
    private mutating func spill() {
        bytes[count] = UInt8(truncatingIfNeeded: pending)
        bytes[count &+ 1] = UInt8(truncatingIfNeeded: pending &>> 8)
        bytes[count &+ 2] = UInt8(truncatingIfNeeded: pending &>> 16)
        bytes[count &+ 3] = UInt8(truncatingIfNeeded: pending &>> 24)
        count &+= 4
        pending &>>= 32
        pendingBits &-= 32
    }
}
