/// Sizes of a datagram loop.
public struct DatagramConfiguration: Sendable {
    /// Asked for as each socket's send and receive buffer; the kernel may give less.
    public var socketBufferBytes = 4 * 1_024 * 1_024
    /// Closures that other threads may have waiting.
    public var mailboxLimit = 65_536
    /// How late the kernel may wake the loop.
    public var timerSlackNanoseconds: UInt = 1_000
    /// Limits of the stream connections beside the datagrams.
    public var streams = StreamConfiguration()

    public init() {}
}
