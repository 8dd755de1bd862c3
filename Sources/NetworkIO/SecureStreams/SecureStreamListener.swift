import NIOCore
import NIOPosix
import NIOSSL
import WireFormat

/// Accepts connections over TLS for a loop: TLS ends here, STUN and ChannelData go on to the loop.
///
/// What a client may cost before its first byte is bounded: connections in total and per source, and the time for the
/// handshake and that byte. Afterwards the loop's own limits hold.
public final class SecureStreamListener: Sendable {
    /// Limits of the connections whose clients have said nothing yet, and of all together.
    public struct Configuration: Sendable {
        /// At one time, in all.
        public var connections = 4_096
        /// At one time, from one source: an IPv4 address, or an IPv6 /64.
        public var connectionsPerSource = 256
        /// TLS must be done, and the first byte be there, by then.
        public var patience = Interval.seconds(10)
        /// Connections that the kernel keeps until they are accepted.
        public var backlog: Int32 = 256

        public init() {}
    }

    /// Where it listens.
    public let address: TransportAddress
    private let group: MultiThreadedEventLoopGroup
    private let channel: any Channel
    private let certificate: LiveCertificate

    /// Starts listening; waits until it does.
    ///
    /// - Parameter sink: takes each connection that begins as STUN does; the others are closed.
    public init(
        on wanted: TransportAddress, certificate: ServerCertificate, configuration: Configuration = Configuration(),
        sink: RelaySink
    ) throws(SignalingTransportFailure) {
        let tls = try LiveCertificate(certificate)
        self.certificate = tls
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let counter = NIOLoopBoundBox.makeBoxSendingValue(
            SourceCounter(limit: configuration.connections, perSource: configuration.connectionsPerSource),
            eventLoop: group.next())
        do {
            channel = try ServerBootstrap(group: group)
                .serverChannelOption(.backlog, value: configuration.backlog)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .childChannelOption(.writeBufferWaterMark, value: ChannelHandover.waterMark)
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try Self.prepare(channel, tls, counter, configuration.patience, sink)
                    }
                }
                .bind(host: wanted.ip.description, port: Int(wanted.port)).wait()
            guard let address = channel.localAddress.flatMap(TransportAddress.init) else {
                throw SystemFailure("getsockname")
            }
            self.address = address
        } catch {
            try? group.syncShutdownGracefully()
            throw .cannotListen("\(wanted)", describe(error))
        }
        self.group = group
    }

    /// Reads the files of the certificate again, for connections to come.
    ///
    /// - Throws: why they cannot be used; what was read before still is.
    public func reloadCertificate() throws(SignalingTransportFailure) { try certificate.reload() }

    /// Accepts nothing more, and closes what there is; waits for it.
    public func stop() {
        try? channel.close().wait()
        try? group.syncShutdownGracefully()
    }

    private static func prepare(
        _ channel: any Channel, _ tls: LiveCertificate, _ counter: NIOLoopBoundBox<SourceCounter>, _ patience: Interval,
        _ sink: RelaySink
    ) throws {
        guard let source = channel.remoteAddress.flatMap(TransportAddress.init), counter.value.accept(source.ip) else {
            throw SignalingTransportFailure.broken("too many connections")
        }
        channel.closeFuture.assumeIsolated().whenComplete { _ in counter.value.release(source.ip) }
        ChannelHandover.configure(channel)
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandler(NIOSSLServerHandler(context: tls.context))
        let deadline = NIODeadline.now() + .nanoseconds(patience.nanoseconds)
        try RelayEntrance.add(to: channel, transport: .tls, deadline: deadline, sink: sink) {
            channel.close(promise: nil)
        }
    }
}
