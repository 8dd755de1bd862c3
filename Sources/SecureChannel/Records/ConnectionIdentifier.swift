import WireFormat

/// The 1 to 4 bytes at the head of a record that say which session it belongs to, whatever address it came from.
///
/// The receiver of records chooses it; it is not secret and proves nothing.
public struct ConnectionIdentifier: Hashable, Sendable {
    /// The longest identifier in bytes.
    public static let maximumCount = 4

    /// Its bytes as a number, the first byte most significant.
    public let value: UInt32
    /// Its length in bytes, 1 to 4.
    public let count: Int

    /// - Parameters:
    ///   - value: cut to the low `count` bytes.
    ///   - count: brought into 1...4.
    public init(_ value: UInt32, count: Int) {
        let count = min(max(count, 1), Self.maximumCount)
        self.count = count
        self.value = value & (UInt32.max >> UInt32(32 - count * 8))
    }

    /// The identifier in a record, or nil if the datagram is too short or is no record.
    ///
    /// - Parameter count: the length that the receiver gave its identifiers.
    public init?(of record: Span<UInt8>, count: Int) {
        guard (1...Self.maximumCount).contains(count), record.count > count,
            DatagramKind(firstByte: record[0]) == .record
        else { return nil }
        var value: UInt32 = 0
        for index in 1...count { value = value << 8 | UInt32(record[index]) }
        self.init(value, count: count)
    }

    /// Byte `index` of the identifier.
    @inline(__always)
    func byte(_ index: Int) -> UInt8 { UInt8(truncatingIfNeeded: value >> UInt32((count - 1 - index) * 8)) }
}
