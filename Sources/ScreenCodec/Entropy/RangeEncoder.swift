/// A binary range coder (Martin, "Range encoding", 1979), writing into a buffer that is reused for ever.
///
/// Bytes leave `low` only when no later carry can change them, so that taking a tile back means no more than
/// restoring `State`.
struct RangeEncoder {
    /// Everything but the bytes: a copy of it is a point to return to.
    struct State {
        var low: UInt64 = 0
        var range: UInt32 = .max
        /// The byte that a carry may still increment.
        var held: UInt8 = 0
        /// The held byte and how many 0xFF follow it.
        var heldCount = 1
        /// Bytes final in the buffer. The first is always 0 and never sent.
        var count = 0
    }

    private(set) var state = State()
    private var bytes: [UInt8] = []

    /// Starts anew, with room for `capacity` bytes.
    mutating func reset(capacity: Int) {
        state = State()
        if bytes.count < capacity { bytes = [UInt8](repeating: 0, count: capacity) }
    }

    mutating func restore(_ saved: State) { state = saved }

    /// The most bytes the stream can have if it ends here.
    @inline(__always)
    var maximumByteCount: Int { state.count + state.heldCount + 4 - 1 }

    @inline(__always)
    mutating func encode(_ decision: Bool, _ model: inout AdaptiveBit) {
        let bound = (state.range &>> AdaptiveBit.precision) &* model.chanceOfFalse
        if decision {
            state.low &+= UInt64(bound)
            state.range &-= bound
        } else {
            state.range = bound
        }
        model.learn(decision)
        while state.range < 1 << 24 {
            state.range &<<= 8
            shiftLow()
        }
    }

    /// Ends the stream with as few bytes as tell it from its neighbours, and appends it without the zeros at its very
    /// end, which the decoder supplies: at most `RangeDecoder.maximumMissing`.
    @_lifetime(output: copy output)
    mutating func finish(into output: inout OutputSpan<UInt8>) {
        let high = state.low + UInt64(state.range) - 1
        var zeroBits: UInt64 = 32
        while zeroBits > 0, (high >> zeroBits) << zeroBits < state.low { zeroBits -= 1 }
        state.low = (high >> zeroBits) << zeroBits
        for _ in 0..<5 { shiftLow() }
        var end = state.count
        let shortest = max(1, end - RangeDecoder.maximumMissing)
        while end > shortest, bytes[end - 1] == 0 { end -= 1 }
        if end > 1 { output.append(contentsOf: bytes.span.extracting(1..<end)) }
    }

    @inline(never)
    private mutating func shiftLow() {
        if state.low < 0xFF00_0000 || state.low >> 32 != 0 {
            let carry = UInt8(truncatingIfNeeded: state.low >> 32)
            var byte = state.held
            for _ in 0..<state.heldCount {
                bytes[state.count] = byte &+ carry
                state.count += 1
                byte = 0xFF
            }
            state.heldCount = 0
            state.held = UInt8(truncatingIfNeeded: state.low >> 24)
        }
        state.heldCount += 1
        state.low = (state.low & 0x00FF_FFFF) << 8
    }
}
