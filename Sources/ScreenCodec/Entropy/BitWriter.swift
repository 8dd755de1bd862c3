/// Writes fields of bits, the least significant first, into a buffer that is reused for ever.
struct BitWriter {
    /// Everything but the bytes: a copy of it is a point to return to.
    struct State {
        var pending: UInt64 = 0
        var pendingBits = 0
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

    var byteCount: Int { state.count + (state.pendingBits + 7) / 8 }

    var bitCount: Int { state.count * 8 + state.pendingBits }

    /// Appends the lower `count` bits of `value`, whose other bits are zero; at most 32.
    @inline(__always)
    mutating func append(_ value: UInt32, count: Int) {
        state.pending |= UInt64(value) &<< UInt64(truncatingIfNeeded: state.pendingBits)
        state.pendingBits &+= count
        if state.pendingBits >= 32 { spill() }
    }

    @_lifetime(output: copy output)
    mutating func finish(into output: inout OutputSpan<UInt8>) {
        output.append(contentsOf: bytes.span.extracting(0..<state.count))
        for index in 0..<(state.pendingBits + 7) / 8 {
            output.append(UInt8(truncatingIfNeeded: state.pending >> UInt64(index * 8)))
        }
    }

    @inline(__always)
    private mutating func spill() {
        for index in 0..<4 {
            bytes[state.count &+ index] = UInt8(truncatingIfNeeded: state.pending &>> UInt64(index &* 8))
        }
        state.count &+= 4
        state.pending &>>= 32
        state.pendingBits &-= 32
    }
}
