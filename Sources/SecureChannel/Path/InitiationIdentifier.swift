import WireFormat

/// What names one initiation on the path: drawn by the viewer, echoed by whatever answers it, and the session identifier
/// that the prologue binds in. Who has not seen the initiation cannot guess it.
public struct InitiationIdentifier: Hashable, Sendable {
    /// The length on the wire.
    public static let count = 16

    private let high: UInt64
    private let low: UInt64

    init(from reader: inout ByteReader) throws(Truncated) {
        high = try reader.readUInt64()
        low = try reader.readUInt64()
    }

    /// Parses an identifier; nil if it has not 16 bytes.
    public init?(bytes: [UInt8]) {
        var reader = ByteReader(bytes.span)
        guard bytes.count == Self.count, let identifier = try? InitiationIdentifier(from: &reader) else { return nil }
        self = identifier
    }

    /// The identifier as it travels.
    public var bytes: [UInt8] { [UInt8](capacity: Self.count) { write(into: &$0) } }

    @_lifetime(output: copy output)
    func write(into output: inout OutputSpan<UInt8>) {
        output.append(bigEndian: high)
        output.append(bigEndian: low)
    }
}
