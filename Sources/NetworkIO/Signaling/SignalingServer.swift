import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import NIOWebSocket
import Rendezvous
import WireFormat

/// The signaling server: a rendezvous machine behind WebSocket, with or without TLS, on one event loop.
///
/// What a client may cost is bounded before it has said a word: connections in total and per source, the time to
/// become a WebSocket, a frame's size, what it leaves unread. Everything else the machine limits.
public final class SignalingServer: Sendable {
    /// Where it listens.
    public let address: TransportAddress
    /// Whether it speaks TLS, and nothing else.
    public let isSecure: Bool
    private let group: MultiThreadedEventLoopGroup
    private let channel: any Channel
    private let service: NIOLoopBound<SignalingService>
    private let certificate: LiveCertificate?

    /// Starts listening; waits until it does.
    ///
    /// - Parameter random: identifiers of sessions and tokens of rooms come from it: seed it from the system.
    public init(configuration: Configuration, hooks: SignalingHooks, random: SeededRandom)
        throws(SignalingTransportFailure)
    {
        let tls = try Self.tls(configuration)
        certificate = tls
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let loop = group.next()
        do {
            let (service, channel) = try loop.flatSubmit {
                let service = SignalingService(
                    configuration: configuration, hooks: hooks, random: random, loop: loop)
                let bound = NIOLoopBound(service, eventLoop: loop)
                return Self.bootstrap(group, configuration, bound, tls)
                    .bind(host: configuration.host, port: Int(configuration.port)).map { (bound, $0) }
            }.wait()
            self.service = service
            self.channel = channel
            guard let address = channel.localAddress.flatMap(TransportAddress.init) else {
                throw SystemFailure("getsockname")
            }
            self.address = address
        } catch {
            try? group.syncShutdownGracefully()
            throw .cannotListen("\(configuration.host):\(configuration.port)", describe(error))
        }
        self.group = group
        isSecure = tls != nil
    }

    /// What the machine has counted. Waits for the event loop; not to be called on it.
    public var statistics: ServerStatistics {
        let service = service
        return (try? channel.eventLoop.submit { service.value.statistics }.wait()) ?? ServerStatistics()
    }

    /// Takes no connection any more, and sends away who has no session. Not to be called on the event loop.
    public func drain() {
        let service = service
        try? channel.close().wait()
        try? channel.eventLoop.submit { service.value.drainMachine() }.wait()
    }

    /// What is still to be done before `stop` cuts nobody short, relayed sessions aside.
    public var unfinished: Int {
        let service = service
        return (try? channel.eventLoop.submit { service.value.unfinished }.wait()) ?? 0
    }

    /// Reads the files of the certificate again, for connections to come.
    ///
    /// - Throws: why they cannot be used; what was read before still is.
    public func reloadCertificate() throws(SignalingTransportFailure) { try certificate?.reload() }

    /// Closes all connections in order and stops; waits for it. Not to be called on the event loop.
    public func stop() {
        let (service, channel) = (service, channel)
        try? channel.close().wait()
        try? channel.eventLoop.submit { service.value.stop() }.wait()
        try? group.syncShutdownGracefully()
    }

    /// Paths at which clients may come: the root, and those of venues.
    static func isSignalingPath(_ path: String) -> Bool {
        path == "/" || path.hasPrefix("/room/") || path.hasPrefix("/host/")
    }

    private static func tls(_ configuration: Configuration) throws(SignalingTransportFailure) -> LiveCertificate? {
        guard let certificateFile = configuration.certificateFile else { return nil }
        guard let keyFile = configuration.privateKeyFile else { throw .badCertificate("its private key is missing") }
        return try LiveCertificate(ServerCertificate(certificateFile: certificateFile, privateKeyFile: keyFile))
    }

    private static func bootstrap(
        _ group: MultiThreadedEventLoopGroup, _ configuration: Configuration,
        _ service: NIOLoopBound<SignalingService>, _ tls: LiveCertificate?
    ) -> ServerBootstrap {
        ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: configuration.backlog)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            // So that the kernel too keeps little for a client that does not read.
            .childChannelOption(.socketOption(.so_sndbuf), value: 65_536)
            .childChannelOption(
                .writeBufferWaterMark, value: .init(low: configuration.unreadBytes / 2, high: configuration.unreadBytes)
            )
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try configure(channel, configuration, service, tls)
                }
            }
    }

    private static func configure(
        _ channel: any Channel, _ configuration: Configuration, _ service: NIOLoopBound<SignalingService>,
        _ tls: LiveCertificate?
    ) throws {
        guard let source = channel.remoteAddress.flatMap(TransportAddress.init), service.value.accept(source) else {
            throw SignalingTransportFailure.broken("too many connections")
        }
        channel.closeFuture.assumeIsolated().whenComplete { _ in service.value.release(source) }
        if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls.context)) }
        let deadline = NIODeadline.now() + .nanoseconds(configuration.handshakeTimeout.nanoseconds)
        guard let relay = configuration.relay else { return try serveHTTP(channel, service, source, before: deadline) }
        try RelayEntrance.add(to: channel, transport: tls == nil ? .tcp : .tls, deadline: deadline, sink: relay) {
            try serveHTTP(channel, service, source, before: deadline)
        }
    }

    /// A client that may become a WebSocket.
    private static func serveHTTP(
        _ channel: any Channel, _ service: NIOLoopBound<SignalingService>, _ source: TransportAddress,
        before deadline: NIODeadline
    ) throws {
        let timeout = channel.eventLoop.scheduleTask(deadline: deadline) { channel.close(promise: nil) }
        channel.closeFuture.whenComplete { _ in timeout.cancel() }
        let pipeline = channel.pipeline.syncOperations
        let upgrader = NIOWebSocketServerUpgrader(
            maxFrameSize: SignalingLimits.messageBytes, automaticErrorHandling: false,
            shouldUpgrade: { channel, head in
                let path = String(head.uri.prefix { $0 != "?" })
                let answer = FirstMessage.answer(to: head.headers)
                let isOurs = isSignalingPath(path) && !service.value.isElsewhere(head, over: source)
                return channel.eventLoop.makeSucceededFuture(isOurs ? answer : nil)
            },
            upgradePipelineHandler: { channel, head in
                timeout.cancel()
                return channel.pipeline.removeHandler(name: PlainRequestHandler.name).flatMapThrowing {
                    let handler = MessageFrameHandler(
                        role: .server, messageLimit: SignalingLimits.messageBytes,
                        owner: service.value.owner(of: head, over: source))
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            })
        try pipeline.configureHTTPServerPipeline(
            withPipeliningAssistance: false,
            withServerUpgrade: (upgraders: [upgrader], completionHandler: { _ in }), withErrorHandling: true,
            withEncoderConfiguration: .init(), withDecoderLimitConfiguration: RequestHead.limits)
        try pipeline.addHandler(
            PlainRequestHandler { service.value.isElsewhere($0, over: source) }, name: PlainRequestHandler.name)
    }
}
