import NIOCore
import NIOHTTP1
import NIOWebSocket

/// Answers HTTP requests that are no WebSocket upgrade, and closes.
final class PlainRequestHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    static let name = "plain-requests"
    private let isElsewhere: (HTTPRequestHead) -> Bool
    private var isAnswered = false

    /// - Parameter isElsewhere: whether another server is to be asked.
    init(isElsewhere: @escaping (HTTPRequestHead) -> Bool) { self.isElsewhere = isElsewhere }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        // A body is not waited for: nothing here takes one.
        guard case .head(let head) = unwrapInboundIn(data), !isAnswered else { return }
        isAnswered = true
        let page = reply(to: head)
        page.send(
            to: context.channel, withoutBody: head.method == .HEAD,
            page.status == 426 ? [("upgrade", "websocket")] : [])
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // An upgrade that is not granted comes as a request behind this error, and is answered.
        if error is NIOWebSocketUpgradeError { return }
        // Garbage instead of HTTP: nothing that could be answered.
        context.close(promise: nil)
    }

    private func reply(to head: HTTPRequestHead) -> Page {
        let path = String(head.uri.prefix { $0 != "?" })
        guard head.method == .GET || head.method == .HEAD else { return Page(status: 405, "only GET") }
        if path == "/healthz" { return Page(status: 200, "ok") }
        guard SignalingServer.isSignalingPath(path), !isElsewhere(head) else { return Page(status: 404, "not found") }
        return Page(status: 426, "this is a WebSocket")
    }
}
