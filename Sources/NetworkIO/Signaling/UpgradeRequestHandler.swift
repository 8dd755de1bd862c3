import NIOCore
import NIOHTTP1
import Rendezvous
import WireFormat

/// Asks for the upgrade to WebSocket; an answer that is none ends the attempt.
final class UpgradeRequestHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    static let name = "upgrade-request"
    private let url: SignalingURL
    private let path: String
    private let firstMessage: [UInt8]?
    private let failed: (SignalingTransportFailure) -> Void
    private var failure: SignalingTransportFailure?
    /// A channel that is active may be told so a moment later.
    private var hasAsked = false

    init(url: SignalingURL, path: String, firstMessage: [UInt8]?, failed: @escaping (SignalingTransportFailure) -> Void)
    {
        self.url = url
        self.path = path
        self.firstMessage = firstMessage
        self.failed = failed
    }

    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { request(context) }
    }

    func channelActive(context: ChannelHandlerContext) {
        request(context)
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .head(let head) = unwrapInboundIn(data) else { return }
        end(context, .notWebSocket(url.hostField, status: Int(head.status.code)))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        end(context, TransportErrors.failure(error, url))
    }

    func channelInactive(context: ChannelHandlerContext) {
        end(context, .closedEarly(url.hostField))
        context.fireChannelInactive()
    }

    private func request(_ context: ChannelHandlerContext) {
        guard !hasAsked else { return }
        hasAsked = true
        var headers = HTTPHeaders([("host", url.hostField), ("user-agent", "beeline")])
        if let firstMessage { FirstMessage.add(firstMessage, to: &headers) }
        let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: path, headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }

    private func end(_ context: ChannelHandlerContext, _ reason: SignalingTransportFailure) {
        guard failure == nil else { return }
        failure = reason
        failed(reason)
        context.close(promise: nil)
    }
}
