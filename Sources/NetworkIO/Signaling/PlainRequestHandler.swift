import NIOCore
import NIOHTTP1
import NIOWebSocket

/// Answers HTTP requests that are no WebSocket upgrade, and closes.
final class PlainRequestHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    static let name = "plain-requests"
    private let isElsewhere: (HTTPRequestHead) -> Bool
    private let page: (String) -> SignalingHooks.Page?
    private var answer: SignalingHooks.Page?
    private var withoutBody = false

    /// - Parameter isElsewhere: whether another server is to be asked.
    init(isElsewhere: @escaping (HTTPRequestHead) -> Bool, page: @escaping (String) -> SignalingHooks.Page?) {
        self.isElsewhere = isElsewhere
        self.page = page
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            answer = reply(to: head)
            withoutBody = head.method == .HEAD
            // A body is not waited for: nothing here takes one.
            send(context)
        case .body, .end: break
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // An upgrade that is not granted comes as a request behind this error, and is answered.
        if error is NIOWebSocketUpgradeError { return }
        // Garbage instead of HTTP: nothing that could be answered.
        context.close(promise: nil)
    }

    private func reply(to head: HTTPRequestHead) -> SignalingHooks.Page {
        let path = String(head.uri.prefix { $0 != "?" })
        guard head.method == .GET || head.method == .HEAD else {
            return SignalingHooks.Page(status: 405, body: Array("only GET\n".utf8))
        }
        if let page = page(path) { return page }
        guard SignalingServer.isSignalingPath(path), !isElsewhere(head) else {
            return SignalingHooks.Page(status: 404, body: Array("not found\n".utf8))
        }
        return SignalingHooks.Page(status: 426, body: Array("this is a WebSocket\n".utf8))
    }

    private func send(_ context: ChannelHandlerContext) {
        guard let page = answer else { return }
        answer = nil
        var headers = HTTPHeaders([
            ("content-type", page.contentType), ("content-length", "\(page.body.count)"), ("connection", "close"),
            ("cache-control", "no-store"), ("x-content-type-options", "nosniff"),
        ])
        if page.status == 426 { headers.add(name: "upgrade", value: "websocket") }
        let head = HTTPResponseHead(version: .http1_1, status: .init(statusCode: page.status), headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if !withoutBody {
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: page.body)))), promise: nil)
        }
        let channel = context.channel
        context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in channel.close(promise: nil) }
    }
}
