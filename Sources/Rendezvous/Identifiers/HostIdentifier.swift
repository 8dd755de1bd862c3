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
    public init?(hexadecimal text: some StringProtocol) {
        guard let bytes = Hexadecimal.bytes(text) else { return nil }
        self.init(bytes)
    }

    /// Lower-case hexadecimal, as it stands in a URL's path.
    public var description: String { Hexadecimal.text(bytes) }
}
