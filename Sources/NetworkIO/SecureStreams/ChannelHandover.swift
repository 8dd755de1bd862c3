import Glibc
import NIOCore
import NIOPosix
import WireFormat

/// Takes a channel whose bytes are plain by now out of NIO's hands, for a `DatagramLoop` to serve: a pair of sockets
/// leads from one to the other.
///
/// The bytes go through the kernel twice more than they must. That is the price of a loop that knows nothing of TLS,
/// and of TLS by a library that knows nothing of the loop; only those pay who reach their relay in no cheaper way.
enum ChannelHandover {
    /// Joins the channel to a socket pair. Call it on the channel's event loop.
    ///
    /// - Parameter framing: where the frames end that the loop sends, each of which is to be a TLS record.
    /// - Returns: the loop's end, once the channel's bytes go there.
    static func begin(
        _ channel: any Channel, transport: TransportProtocol, framing: StreamFraming? = nil
    ) -> EventLoopFuture<StreamHandover> {
        let loop = channel.eventLoop
        guard let local = channel.localAddress.flatMap(TransportAddress.init),
            let remote = channel.remoteAddress.flatMap(TransportAddress.init)
        else { return loop.makeFailedFuture(SystemFailure("getpeername", code: ENOTCONN)) }
        do {
            let (ours, theirs) = try StreamHandover.makePair()
            let path = Path(transport: transport, local: local, remote: remote)
            let handover = StreamHandover(path: path, descriptor: theirs)
            let (outer, inner) = ChannelJoint.pair(framing: framing)
            let halves = NIOLoopBound((outer, inner), eventLoop: loop)
            return ClientBootstrap(group: loop)
                .channelOption(.writeBufferWaterMark, value: waterMark)
                .channelInitializer { pipe in
                    loop.makeCompletedFuture { try pipe.pipeline.syncOperations.addHandler(halves.value.1) }
                }
                .withConnectedSocket(ours)
                .flatMapThrowing { _ in
                    try channel.pipeline.syncOperations.addHandler(halves.value.0)
                    return handover
                }
        } catch {
            return loop.makeFailedFuture(error)
        }
    }

    /// Little may wait in NIO: the loop at one end and the peer at the other have queues of their own.
    static let waterMark = ChannelOptions.Types.WriteBufferWaterMark(low: 16 * 1_024, high: 48 * 1_024)

    /// What `StreamSocket.configure` sets on the loop's own connections.
    static let tcpOptions: [(ChannelOptions.Types.SocketOption, SocketOptionValue)] = {
        let configuration = StreamConfiguration()
        return [
            (.tcpOption(.tcp_nodelay), 1),
            (.tcpOption(NIOBSDSocket.Option(rawValue: TCP_NOTSENT_LOWAT)), configuration.unsentBytes),
            (.tcpOption(NIOBSDSocket.Option(rawValue: TCP_USER_TIMEOUT)), configuration.deadPeerMilliseconds),
            (.socketOption(.so_keepalive), 1),
            (.tcpOption(NIOBSDSocket.Option(rawValue: TCP_KEEPIDLE)), configuration.keepaliveSeconds),
            (.tcpOption(NIOBSDSocket.Option(rawValue: TCP_KEEPINTVL)), max(1, configuration.keepaliveSeconds / 3)),
            (.tcpOption(NIOBSDSocket.Option(rawValue: TCP_KEEPCNT)), 3),
        ].map { ($0, SocketOptionValue($1)) }
    }()

    /// None of these is needed for being right, so none of them may fail the channel.
    static func configure(_ channel: any Channel) {
        for (option, value) in tcpOptions { channel.setOption(option, value: value).whenComplete { _ in } }
    }
}
