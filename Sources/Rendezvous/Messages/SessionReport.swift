import WireFormat

/// The figures of one session that a peer agrees to tell the server, for its audit trail and its metrics.
public struct SessionReport: Hashable, Sendable {
    /// The way that the session's data takes.
    public enum PathKind: UInt8, Hashable, Sendable {
        /// No path was found.
        case none = 0
        case direct = 1
        case relayed = 2
    }

    public var path: PathKind
    /// From the first valid path to the report.
    public var durationMilliseconds: UInt64
    public var bytesSent: UInt64
    public var bytesReceived: UInt64
    /// Nil as long as there was no sample.
    public var rttP50Microseconds: UInt64?
    public var rttP95Microseconds: UInt64?
    /// Time to first frame; nil on a host, or before the first frame.
    public var firstFrameMilliseconds: UInt64?
    /// Whether the session is over.
    public var isFinal: Bool

    public init(
        path: PathKind, durationMilliseconds: UInt64, bytesSent: UInt64, bytesReceived: UInt64,
        rttP50Microseconds: UInt64? = nil, rttP95Microseconds: UInt64? = nil, firstFrameMilliseconds: UInt64? = nil,
        isFinal: Bool
    ) {
        self.path = path
        self.durationMilliseconds = durationMilliseconds
        self.bytesSent = bytesSent
        self.bytesReceived = bytesReceived
        self.rttP50Microseconds = rttP50Microseconds
        self.rttP95Microseconds = rttP95Microseconds
        self.firstFrameMilliseconds = firstFrameMilliseconds
        self.isFinal = isFinal
    }
}
