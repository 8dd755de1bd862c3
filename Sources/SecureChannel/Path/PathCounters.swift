/// What a host on the path has done and dropped.
public struct PathCounters: Hashable, Sendable {
    public internal(set) var datagramsReceived: UInt64 = 0
    public internal(set) var bytesReceived: UInt64 = 0
    public internal(set) var datagramsSent: UInt64 = 0
    public internal(set) var bytesSent: UInt64 = 0
    /// Initiations handed on to be read.
    public internal(set) var initiations: UInt64 = 0
    public internal(set) var cookiesAsked: UInt64 = 0
    /// Dropped, whatever for; those that were asked for a cookie are not among them.
    public internal(set) var dropped: UInt64 = 0

    /// All zero.
    public init() {}
}
