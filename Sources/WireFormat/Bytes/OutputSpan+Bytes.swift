/// Writing fields into a packet that the caller owns. Multi-byte fields are big-endian.
///
/// Appending beyond `freeCapacity` traps, as a programming error: check the room for a whole field first.
extension OutputSpan<UInt8> {
    @inlinable
    @_lifetime(self: copy self)
    public mutating func append(bigEndian value: UInt16) {
        append(UInt8(truncatingIfNeeded: value >> 8))
        append(UInt8(truncatingIfNeeded: value))
    }

    @inlinable
    @_lifetime(self: copy self)
    public mutating func append(bigEndian value: UInt32) {
        append(bigEndian: UInt16(truncatingIfNeeded: value >> 16))
        append(bigEndian: UInt16(truncatingIfNeeded: value))
    }

    @inlinable
    @_lifetime(self: copy self)
    public mutating func append(bigEndian value: UInt64) {
        append(bigEndian: UInt32(truncatingIfNeeded: value >> 32))
        append(bigEndian: UInt32(truncatingIfNeeded: value))
    }

    /// Appends a variable-length integer (RFC 9000 section 16).
    ///
    /// - Precondition: `value` is below 2^62.
    @inlinable
    @_lifetime(self: copy self)
    public mutating func append(varint value: UInt64) {
        precondition(value >> 62 == 0, "a variable-length integer holds 62 bits")
        switch value {
        case 0..<0x40: append(UInt8(value))
        case 0x40..<0x4000: append(bigEndian: UInt16(value) | 0x4000)
        case 0x4000..<0x4000_0000: append(bigEndian: UInt32(value) | 0x8000_0000)
        default: append(bigEndian: value | 0xC000_0000_0000_0000)
        }
    }

    /// The bytes that `append(varint:)` needs for a value.
    @inlinable
    public static func varintSize(_ value: UInt64) -> Int {
        value < 0x40 ? 1 : value < 0x4000 ? 2 : value < 0x4000_0000 ? 4 : 8
    }

    /// Appends all of `source`, as one copy.
    @inlinable
    @_lifetime(self: copy self)
    public mutating func append(contentsOf source: Span<UInt8>) {
        precondition(source.count <= freeCapacity, "the packet has no room for these bytes")
        unsafe withUnsafeMutableBufferPointer { buffer, initializedCount in
            unsafe source.withUnsafeBufferPointer { bytes in
                guard let from = bytes.baseAddress, let to = buffer.baseAddress else { return }
                unsafe (to + initializedCount).initialize(from: from, count: bytes.count)
            }
            initializedCount += source.count
        }
    }

    /// Overwrites two bytes already written, for a length known only afterwards.
    @inlinable
    @_lifetime(self: copy self)
    public mutating func replace(at offset: Int, bigEndian value: UInt16) {
        self[offset] = UInt8(truncatingIfNeeded: value >> 8)
        self[offset + 1] = UInt8(truncatingIfNeeded: value)
    }
}
