/// A binary range coder (Martin, "Range encoding", 1979), writing into a bank that is reused for ever.
///
/// Bytes leave `low` only when no later carry can change them, so that taking a tile back means no more than
/// restoring a copy of this.
struct RangeEncoder {
    private var low: UInt64 = 0
    private var range: UInt32 = .max
    /// The byte that a carry may still increment.
    private var held: UInt8 = 0
    /// The held byte and how many 0xFF follow it.
    private var heldCount = 1
    /// Bytes final in the bank. The first is always 0 and never sent.
    private var count = 0
    private let bytes: Bank<UInt8>

    init(_ bytes: Bank<UInt8>) { self.bytes = bytes }

    /// The most bytes the stream can have if it ends here.
    @inline(__always)
    var maximumByteCount: Int { count + heldCount + 4 - 1 }

    @inline(__always)
    mutating func encode(_ decision: Bool, _ models: Bank<AdaptiveBit>, _ place: Int) {
        var model = models[place]
        let bound = (range &>> AdaptiveBit.precision) &* model.chanceOfFalse
        if decision {
            low &+= UInt64(bound)
            range &-= bound
        } else {
            range = bound
        }
        model.learn(decision)
        models[place] = model
        while range < 1 << 24 {
            range &<<= 8
            shiftLow()
        }
    }

    /// Ends the stream with as few bytes as tell it from its neighbours, and appends it without the zeros at its very
    /// end, which the decoder supplies: at most `RangeDecoder.maximumMissing`.
    @_lifetime(output: copy output)
    mutating func finish(into output: inout OutputSpan<UInt8>) {
        let high = low + UInt64(range) - 1
        var zeroBits: UInt64 = 32
        while zeroBits > 0, (high >> zeroBits) << zeroBits < low { zeroBits -= 1 }
        low = (high >> zeroBits) << zeroBits
        for _ in 0..<5 { shiftLow() }
        var end = count
        let shortest = max(1, end - RangeDecoder.maximumMissing)
        while end > shortest, bytes[end - 1] == 0 { end -= 1 }
        bytes.append(1..<end, to: &output)
    }

    @inline(__always)
    private mutating func shiftLow() {
        if low < 0xFF00_0000 || low >> 32 != 0 {
            let carry = UInt8(truncatingIfNeeded: low >> 32)
            bytes[count] = held &+ carry
            count &+= 1
            while heldCount > 1 {
                bytes[count] = 0xFF &+ carry
                count &+= 1
                heldCount &-= 1
            }
            heldCount = 0
            held = UInt8(truncatingIfNeeded: low >> 24)
        }
        heldCount &+= 1
        low = (low & 0x00FF_FFFF) << 8
    }
}
