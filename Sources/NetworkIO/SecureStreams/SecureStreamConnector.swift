import NIOCore
import NIOPosix
import NIOSSL
import NIOTLS
import WireFormat

/// Opens connections over TLS for a loop.
///
/// What goes through a relay is encrypted between the two peers already. TLS to the relay adds three things: networks
/// that let nothing through but the web take it for such; who watches the way to the server sees neither the other
/// peer's address nor which of the bytes are whose; and the server is who its certificate says, so that nobody between
/// can answer in its name.
public struct SecureStreamConnector: Sendable {
    private let tls: NIOSSLContext

    /// - Parameter trust: whom to trust; as for signaling.
    public init(trust: SignalingClient.Trust) throws(SignalingTransportFailure) {
        tls = try trust.context()
    }

    /// Connects and shakes hands; `deliver` is called once, on a thread of its own.
    ///
    /// - Parameter name: what the certificate must be for; nil: the address.
    func connect(
        to remote: TransportAddress, name: String?, timeout: Interval,
        deliver: @escaping @Sendable (Result<StreamHandover, StreamFailure>) -> Void
    ) {
        let loop = SignalingThread.group.next()
        let promise = loop.makePromise(of: StreamHandover.self)
        promise.futureResult.whenComplete { result in
            switch result {
            case .success(let handover): deliver(.success(handover))
            case .failure(let error): deliver(.failure(Self.failure(error)))
            }
        }
        let late = loop.scheduleTask(in: .nanoseconds(timeout.nanoseconds)) { promise.fail(StreamFailure.timeout) }
        promise.futureResult.whenComplete { _ in late.cancel() }
        ClientBootstrap(group: loop)
            .connectTimeout(.nanoseconds(timeout.nanoseconds))
            .channelOption(.writeBufferWaterMark, value: ChannelHandover.waterMark)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    ChannelHandover.configure(channel)
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandler(try NIOSSLClientHandler(context: tls, serverHostname: name))
                    try pipeline.addHandler(HandshakeWatcher(promise), name: HandshakeWatcher.name)
                }
            }
            .connect(host: remote.ip.description, port: Int(remote.port))
            .whenFailure { promise.fail($0) }
    }

    private static func failure(_ error: any Error) -> StreamFailure {
        switch error {
        case let error as StreamFailure: error
        case let error as NIOConnectionError: failure(error.connectionErrors.first?.error ?? StreamFailure.timeout)
        case let error as IOError: .system(SystemFailure("connect", code: error.errnoCode))
        case let error as SystemFailure: .system(error)
        case ChannelError.connectTimeout: .timeout
        default: .untrusted(TLSWords.describe(error))
        }
    }
}

/// Waits for the end of the TLS handshake, and hands the connection over.
final class HandshakeWatcher: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer

    static let name = "handshake"
    private let promise: EventLoopPromise<StreamHandover>

    init(_ promise: EventLoopPromise<StreamHandover>) { self.promise = promise }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case .handshakeCompleted? = event as? TLSUserEvent else {
            return context.fireUserInboundEventTriggered(event)
        }
        let channel = context.channel
        let promise = promise
        // Whoever waited too long has nobody to take the connection.
        promise.futureResult.whenFailure { _ in channel.close(promise: nil) }
        ChannelHandover.begin(channel, transport: .tls).whenComplete { result in
            channel.pipeline.removeHandler(name: Self.name).whenComplete { _ in promise.completeWith(result) }
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        promise.fail(error)
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        promise.fail(StreamFailure.untrusted("the server closed it before TLS was done"))
        context.fireChannelInactive()
    }
}
