/// What a loop did and what the kernel refused. Nothing of it ends a session.
public struct DatagramStatistics: Hashable, Sendable {
    public var datagramsReceived: UInt64 = 0
    public var bytesReceived: UInt64 = 0
    public var receiveCalls: UInt64 = 0
    /// Buffers in which the kernel had put several datagrams (UDP_GRO).
    public var coalescedReceived: UInt64 = 0
    public var receiveErrors: UInt64 = 0
    /// Datagrams longer than any buffer, or from no internet address.
    public var receiveDropped: UInt64 = 0
    /// Datagrams that the machine threw an error about.
    public var rejected: UInt64 = 0

    public var datagramsSent: UInt64 = 0
    public var bytesSent: UInt64 = 0
    public var sendCalls: UInt64 = 0
    /// Messages in which the kernel was given several datagrams (UDP_SEGMENT).
    public var segmentedSent: UInt64 = 0
    /// The socket's buffer was full.
    public var sendFull: UInt64 = 0
    /// Larger than the path's known MTU, with fragmentation forbidden.
    public var sendTooLarge: UInt64 = 0
    /// No route, a port or host reported unreachable, no permission, ...
    public var sendErrors: UInt64 = 0
    /// The packet's local address is none of the loop's sockets, or of another family than the remote one.
    public var sendUnknownPath: UInt64 = 0
    /// Runs that a socket would not take segmented, and that went one by one.
    public var segmentationRefused: UInt64 = 0

    public var turns: UInt64 = 0
    /// Turns after which the machine's deadline was still in the past; the loop then waits a little nevertheless.
    public var stalls: UInt64 = 0

    /// Counts another's in.
    public mutating func add(_ other: DatagramStatistics) {
        datagramsReceived += other.datagramsReceived
        bytesReceived += other.bytesReceived
        receiveCalls += other.receiveCalls
        coalescedReceived += other.coalescedReceived
        receiveErrors += other.receiveErrors
        receiveDropped += other.receiveDropped
        rejected += other.rejected
        datagramsSent += other.datagramsSent
        bytesSent += other.bytesSent
        sendCalls += other.sendCalls
        segmentedSent += other.segmentedSent
        sendFull += other.sendFull
        sendTooLarge += other.sendTooLarge
        sendErrors += other.sendErrors
        sendUnknownPath += other.sendUnknownPath
        segmentationRefused += other.segmentationRefused
        turns += other.turns
        stalls += other.stalls
    }

    public init() {}
}
