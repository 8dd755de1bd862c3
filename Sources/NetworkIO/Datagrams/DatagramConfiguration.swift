import WireFormat

/// Sizes of a datagram loop.
public struct DatagramConfiguration: Sendable {
    /// Asked for as each socket's send and receive buffer; the kernel may give less.
    public var socketBufferBytes = 4 * 1_024 * 1_024
    /// Closures that other threads may have waiting.
    public var mailboxLimit = 65_536
    /// How late the kernel may wake the loop.
    public var timerSlackNanoseconds: UInt = 1_000
    /// How long packets wait for others of their turn, with which they would share a call: those of a picture take
    /// much longer to make than to send, and need not all be made before the first is on its way.
    public var batchPatience = Interval.microseconds(500)
    /// Limits of the stream connections beside the datagrams.
    public var streams = StreamConfiguration()

    public init() {}
}
