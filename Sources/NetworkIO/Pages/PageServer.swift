import Dispatch
import NIOCore
import NIOHTTP1
import NIOPosix
import WireFormat

/// A small HTTP server for the operator: answers GET, one request a connection.
///
/// Pages are made on a thread of their own, one after the other, so that what they wait for keeps nobody else waiting.
/// A request must name its server by address or as `localhost`: a site that had its name resolved to this address
/// (DNS rebinding) learns nothing.
public final class PageServer: Sendable {
    /// Where it listens.
    public let address: TransportAddress
    private static let connections = 64
    private static let patience = TimeAmount.seconds(10)
    private let group: MultiThreadedEventLoopGroup
    private let channel: any Channel

    /// Starts listening; waits until it does.
    ///
    /// - Parameter page: makes the page of a path, without its query; nil for 404.
    public init(
        at wanted: TransportAddress, page: @escaping @Sendable (_ path: String) -> Page?
    ) throws(SignalingTransportFailure) {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let queue = DispatchQueue(label: "pages")
        do {
            let count = NIOLoopBoundBox.makeBoxSendingValue(0, eventLoop: group.next())
            channel = try ServerBootstrap(group: group)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        guard count.value < Self.connections else {
                            throw SignalingTransportFailure.broken("too many connections")
                        }
                        count.value += 1
                        let late = channel.eventLoop.scheduleTask(in: Self.patience) { channel.close(promise: nil) }
                        channel.closeFuture.assumeIsolated().whenComplete { _ in
                            count.value -= 1
                            late.cancel()
                        }
                        try Self.serve(channel, queue, page)
                    }
                }
                .bind(host: wanted.ip.description, port: Int(wanted.port)).wait()
            guard let address = channel.localAddress.flatMap(TransportAddress.init) else {
                throw SystemFailure("getsockname")
            }
            self.address = address
        } catch {
            try? group.syncShutdownGracefully()
            throw .cannotListen(wanted.description, describe(error))
        }
        self.group = group
    }

    /// Closes all connections; waits for it.
    public func stop() {
        try? channel.close().wait()
        try? group.syncShutdownGracefully()
    }

    /// Cookies know no ports: a browser sends those of all that is at this address.
    private static var limits: NIOHTTPDecoderLimitConfiguration {
        var limits = RequestHead.limits
        limits.maxHeaderFieldSize = limits.maxHeaderListSize
        return limits
    }

    private static func serve(
        _ channel: any Channel, _ queue: DispatchQueue, _ page: @escaping @Sendable (String) -> Page?
    ) throws {
        let pipeline = channel.pipeline.syncOperations
        try pipeline.configureHTTPServerPipeline(
            withPipeliningAssistance: false, withErrorHandling: true, withEncoderConfiguration: .init(),
            withDecoderLimitConfiguration: limits)
        try pipeline.addHandler(
            PageHandler { path in
                let promise = channel.eventLoop.makePromise(of: Page?.self)
                queue.async { promise.succeed(page(path)) }
                return promise.futureResult
            })
    }
}
