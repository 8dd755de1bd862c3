/// A host's public key, as the name under which an unattended machine can be called.
public struct HostIdentifier: Hashable, Sendable, CustomStringConvertible {
    /// The length of an X25519 or Ed25519 public key.
    public static let byteCount = 32

    public let bytes: [UInt8]

    /// - Returns: nil unless there are `byteCount` bytes.
    public init?(_ bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        self.bytes = bytes
    }

    /// - Parameter text: hexadecimal, as it stands in a URL's path; nil for any other.
    init?(hexadecimal text: some StringProtocol) {
        let characters = Array(text.utf8)
        guard characters.count == 2 * Self.byteCount else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: characters.count, by: 2) {
            guard let high = hexadecimalDigit(characters[index]), let low = hexadecimalDigit(characters[index + 1])
            else { return nil }
            bytes.append(high << 4 | low)
        }
        self.bytes = bytes
    }

    /// Lower-case hexadecimal, as it stands in a URL's path.
    public var description: String { hexadecimal(bytes) }
}
