/// Reads what `BitWriter` wrote. Behind the end it reads zeros and says so.
struct BitReader: ~Escapable {
    private let bytes: Span<UInt8>
    private var position = 0
    private var pending: UInt64 = 0
    private var pendingBits = 0

    @_lifetime(copy bytes)
    init(_ bytes: Span<UInt8>) { self.bytes = bytes }

    /// More bits were taken than there were.
    var isExhausted: Bool { position - pendingBits / 8 > bytes.count }

    /// The next bits without taking them; at least 32 of them are there.
    @inline(__always)
    @_lifetime(self: copy self)
    mutating func peek() -> UInt64 {
        if pendingBits < 32 { refill() }
        return pending
    }

    /// Takes `count` bits that `peek` showed; at most 32.
    @inline(__always)
    @_lifetime(self: copy self)
    mutating func skip(_ count: Int) {
        pending &>>= UInt64(truncatingIfNeeded: count)
        pendingBits &-= count
    }

    /// Takes `count` bits; at most 32.
    @inline(__always)
    @_lifetime(self: copy self)
    mutating func read(_ count: Int) -> UInt32 {
        let value = peek() & (1 &<< UInt64(truncatingIfNeeded: count) &- 1)
        skip(count)
        return UInt32(truncatingIfNeeded: value)
    }

    @inline(__always)
    @_lifetime(self: copy self)
    private mutating func refill() {
        for _ in 0..<4 {
            let byte: UInt64 = position < bytes.count ? UInt64(bytes[position]) : 0
            pending |= byte &<< UInt64(truncatingIfNeeded: pendingBits)
            position &+= 1
            pendingBits &+= 8
        }
    }
}
