import NIOCore
import NIOHTTP1
import WireFormat

/// Answers the first request of a connection with a page that takes its time, and closes.
final class PageHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let page: (String) -> EventLoopFuture<Page?>
    private var isAsked = false

    init(page: @escaping (String) -> EventLoopFuture<Page?>) { self.page = page }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .head(let head) = unwrapInboundIn(data), !isAsked else { return }
        isAsked = true
        let channel = context.channel
        let isHead = head.method == .HEAD
        func refuse(_ status: Int, _ text: String) {
            Self.send(Page(status: status, text), isHead, to: channel)
        }
        guard head.method == .GET || isHead else { return refuse(405, "only GET") }
        guard Self.isNamed(head.headers["host"]) else { return refuse(421, "ask for this server by its address") }
        page(String(head.uri.prefix { $0 != "?" })).whenComplete { result in
            let found = (try? result.get()) ?? nil
            Self.send(found ?? Page(status: 404, "not found"), isHead, to: channel)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    /// Whether the request's Host is an address or `localhost`; HTTP/1.0 need not say any.
    private static func isNamed(_ hosts: [String]) -> Bool {
        guard let host = hosts.first else { return true }
        guard hosts.count == 1 else { return false }
        if host.hasPrefix("["), let end = host.firstIndex(of: "]") {
            return IPAddress(String(host[host.index(after: host.startIndex)..<end])) != nil
        }
        let name = host.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)[0]
        return name == "localhost" || IPAddress(String(name)) != nil
    }

    private static func send(_ page: Page, _ isHead: Bool, to channel: any Channel) {
        page.send(
            to: channel, withoutBody: isHead,
            [
                ("x-frame-options", "DENY"), ("referrer-policy", "no-referrer"),
                ("content-security-policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"),
            ])
    }
}
