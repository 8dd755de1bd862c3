/// Reads what `BitWriter` wrote. Behind the end it reads zeros and says so.
struct BitReader: ~Escapable {
    private let bytes: Span<UInt8>
    private var position = 0
    private var pending: UInt64 = 0
    private var pendingBits = 0

    @_lifetime(copy bytes)
    init(_ bytes: Span<UInt8>) { self.bytes = bytes }

    /// More bits were taken than there were.
    var isExhausted: Bool { position * 8 - pendingBits > bytes.count * 8 }

    /// The next bits without taking them; at least 56 of them are there.
    @inline(__always)
    @_lifetime(self: copy self)
    mutating func peek() -> UInt64 {
        if pendingBits < 56 { refill() }
        return pending
    }

    /// Takes `count` bits that `peek` showed.
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
        guard position &+ 8 <= bytes.count else {
            refillAtEnd()
            return
        }
        let word = unsafe bytes.withUnsafeBytes { bytes in
            unsafe bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self)
        }
        pending |= UInt64(littleEndian: word) &<< UInt64(truncatingIfNeeded: pendingBits)
        // As many whole bytes as fitted; a byte that fitted in part is read again with the same bits.
        position &+= (63 &- pendingBits) &>> 3
        pendingBits |= 56
    }

    @inline(never)
    @_lifetime(self: copy self)
    private mutating func refillAtEnd() {
        pending &= 1 &<< UInt64(truncatingIfNeeded: pendingBits) &- 1
        while pendingBits < 56 {
            let byte: UInt64 = position < bytes.count ? UInt64(bytes[position]) : 0
            pending |= byte &<< UInt64(truncatingIfNeeded: pendingBits)
            position &+= 1
            pendingBits &+= 8
        }
    }
}
