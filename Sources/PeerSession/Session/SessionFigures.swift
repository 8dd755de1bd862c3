import WireFormat

/// What a session measures of itself, beside the transport's statistics.
public struct SessionFigures: Hashable, Sendable {
    /// From the start to the first path that worked.
    public internal(set) var setup: Interval?
    /// From the start to the first picture of the whole screen, every part of it at 28 dB or better.
    public internal(set) var firstFrame: Interval?
    /// From the start to the first exact picture.
    public internal(set) var sharpFrame: Interval?
    /// From the start to the first direct path.
    public internal(set) var directPath: Interval?
    public internal(set) var datagramsSent: UInt64 = 0
    public internal(set) var datagramsReceived: UInt64 = 0
    public internal(set) var bytesSent: UInt64 = 0
    public internal(set) var bytesReceived: UInt64 = 0
    /// Datagrams that were no part of the session: forged, replayed, malformed, unexpected.
    public internal(set) var datagramsDropped: UInt64 = 0
    /// Control messages that this side could not say: there was nobody to hear them, or too many waited.
    public internal(set) var messagesDropped: UInt64 = 0
    /// Records sent over a second path while the one in use was in doubt, among those above.
    public internal(set) var copiesSent: UInt64 = 0
    public internal(set) var copiedBytes: UInt64 = 0
    /// How often the data moved to another path.
    public internal(set) var moves: UInt64 = 0
}
