/// A bounds-checked cursor over bytes that came from elsewhere. Multi-byte fields are big-endian.
///
/// A read either returns a whole field and moves behind it, or throws `Truncated` and moves nothing.
@frozen
public struct ByteReader: ~Escapable {
    @usableFromInline
    let bytes: Span<UInt8>

    @usableFromInline
    var position: Int

    /// The bytes already read.
    @inlinable
    public var offset: Int { position }

    @inlinable
    @_lifetime(copy bytes)
    public init(_ bytes: Span<UInt8>) {
        self.bytes = bytes
        self.position = 0
    }

    /// The bytes not yet read.
    @inlinable
    public var remaining: Int { bytes.count - offset }

    /// Everything not yet read, without moving.
    @inlinable
    public var rest: Span<UInt8> {
        @_lifetime(copy self)
        get { bytes.extracting(offset..<bytes.count) }
    }

    @inlinable
    @_lifetime(self: copy self)
    public mutating func readUInt8() throws(Truncated) -> UInt8 {
        let start = try advance(by: 1)
        return bytes[start]
    }

    @inlinable
    @_lifetime(self: copy self)
    public mutating func readUInt16() throws(Truncated) -> UInt16 {
        let start = try advance(by: 2)
        return UInt16(bytes[start]) << 8 | UInt16(bytes[start + 1])
    }

    @inlinable
    @_lifetime(self: copy self)
    public mutating func readUInt32() throws(Truncated) -> UInt32 {
        let start = try advance(by: 4)
        return bytes.bigEndianBytes(from: start, count: 4, as: UInt32.self)
    }

    @inlinable
    @_lifetime(self: copy self)
    public mutating func readUInt64() throws(Truncated) -> UInt64 {
        let start = try advance(by: 8)
        return bytes.bigEndianBytes(from: start, count: 8, as: UInt64.self)
    }

    /// Reads a variable-length integer (RFC 9000 section 16): 1, 2, 4 or 8 bytes, at most 2^62 - 1.
    @inlinable
    @_lifetime(self: copy self)
    public mutating func readVarint() throws(Truncated) -> UInt64 {
        guard remaining > 0 else { throw Truncated() }
        let length = 1 << Int(bytes[offset] >> 6)
        let start = try advance(by: length)
        let value = bytes.bigEndianBytes(from: start, count: length, as: UInt64.self)
        return value & (UInt64.max >> (66 - UInt64(length) * 8))
    }

    /// Reads `count` bytes in place, without copying them.
    @inlinable
    @_lifetime(copy self)
    public mutating func read(count: Int) throws(Truncated) -> Span<UInt8> {
        let start = try advance(by: count)
        return bytes.extracting(start..<start + count)
    }

    @inlinable
    @_lifetime(self: copy self)
    public mutating func skip(count: Int) throws(Truncated) {
        _ = try advance(by: count)
    }

    @inlinable
    @_lifetime(self: copy self)
    mutating func advance(by count: Int) throws(Truncated) -> Int {
        guard count >= 0, count <= bytes.count - offset else { throw Truncated() }
        let start = position
        position += count
        return start
    }
}
