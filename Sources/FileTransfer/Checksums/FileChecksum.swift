import WireFormat

/// BLAKE2b with 32 bytes of output (RFC 7693), of a file or of its first part.
public struct FileChecksum: Hashable, Sendable {
    public static let count = 32

    public let bytes: [UInt8]

    /// - Returns: nil for any other number of bytes than `count`.
    public init?(_ bytes: Span<UInt8>) {
        guard bytes.count == Self.count else { return nil }
        self.bytes = bytes.copied()
    }

    init(unchecked bytes: [UInt8]) { self.bytes = bytes }

    /// So many of its bytes as hexadecimal digits.
    func text(bytes count: Int) -> String {
        bytes.prefix(count).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
