import WireFormat

/// Limits of a loop's stream connections.
public struct StreamConfiguration: Sendable {
    /// Connections at a time, those being made included; more are refused.
    public var connectionLimit = 4_096
    /// Accepted connections at a time from one IPv4 address or one IPv6 /64 network.
    public var connectionsPerSource = 256
    /// The longest frame to take; a stream that announces a longer one is closed.
    public var frameBytes = 4_096
    /// What may wait for the kernel to take it; a frame that does not fit any more is dropped whole, as a full queue
    /// of a datagram path does.
    public var sendBufferBytes = 128 * 1_024
    /// What may wait beyond that of frames that have precedence.
    public var reservedBytes = 16 * 1_024
    /// What the kernel may hold unsent (TCP_NOTSENT_LOWAT): little, or it would be a queue that no congestion control
    /// above sees in time.
    public var unsentBytes: Int32 = 32 * 1_024
    /// How long an accepted connection may take to send a first frame that the machine accepts.
    public var firstFramePatience = Interval.seconds(10)
    /// How long a frame may take from its first byte to its last.
    public var framePatience = Interval.seconds(10)
    /// After this time, and then again and again, the machine is asked whether it wants an accepted connection.
    public var trial = Interval.seconds(30)
    /// How long an accepted connection may stay silent. Whoever uses an allocation refreshes its permissions within
    /// their five minutes (RFC 8656 section 9).
    public var idlePatience = Interval.seconds(360)
    /// How long what was sent may stay unacknowledged before the kernel gives the connection up (TCP_USER_TIMEOUT).
    public var deadPeerMilliseconds: Int32 = 20_000
    /// After this much silence the kernel asks the other end whether it is still there, three times (SO_KEEPALIVE).
    public var keepaliveSeconds: Int32 = 15
    /// Connections that the kernel holds until they are accepted.
    public var backlog: Int32 = 256
    /// How long a listener rests when the process has no descriptor left.
    public var acceptPause = Interval.milliseconds(100)

    public init() {}
}
