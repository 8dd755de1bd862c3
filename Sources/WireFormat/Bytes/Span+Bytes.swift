extension Span<UInt8> {
    /// The bytes as an array: a copy, for what must outlive the datagram.
    public func copied() -> [UInt8] {
        [UInt8](capacity: count) { output in output.append(contentsOf: self) }
    }

    /// Whether both hold the same bytes. Not constant-time: never for secrets.
    public func elementsEqual(_ other: Span<UInt8>) -> Bool {
        guard count == other.count else { return false }
        for index in indices where self[index] != other[index] { return false }
        return true
    }

    @inlinable
    func bigEndianBytes<Value: FixedWidthInteger>(from start: Int, count: Int, as type: Value.Type) -> Value {
        var value: Value = 0
        for index in start..<start + count { value = value << 8 | Value(truncatingIfNeeded: self[index]) }
        return value
    }
}
