import WireFormat

/// A handshake's first message, as a host on the path got it; not yet authentic.
public struct PathInitiation: Hashable, Sendable {
    public let identifier: InitiationIdentifier
    /// The protocol version, which is the host's.
    public let version: UInt16
    /// The handshake's first message.
    public let message: [UInt8]
    /// Where it came from.
    public let path: Path
}
