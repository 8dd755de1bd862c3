/// A name that only the two peers of a running session can know, derived from its handshake's secrets.
///
/// After the server lost its state, both peers present it and are paired again. It tells the server nothing
/// about who they are, and whoever does not know it cannot take a peer's place.
public struct MeetingIdentifier: Hashable, Sendable, CustomStringConvertible {
    /// Enough that none can be guessed, few enough to be stored.
    public static let byteCounts = 16...32

    public let bytes: [UInt8]

    /// - Returns: nil unless the length is one of `byteCounts`.
    public init?(_ bytes: [UInt8]) {
        guard Self.byteCounts.contains(bytes.count) else { return nil }
        self.bytes = bytes
    }

    /// Hexadecimal of the first 4 bytes: enough to tell meetings apart in a log, too few to join one.
    public var description: String { Hexadecimal.text(Array(bytes.prefix(4))) + "..." }
}
