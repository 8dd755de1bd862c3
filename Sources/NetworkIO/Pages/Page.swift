import NIOCore
import NIOHTTP1

/// An HTTP answer.
public struct Page: Sendable {
    public var status: Int
    public var contentType: String
    public var body: [UInt8]

    public init(status: Int = 200, contentType: String = "text/plain; charset=utf-8", body: [UInt8]) {
        self.status = status
        self.contentType = contentType
        self.body = body
    }

    /// One line of text.
    init(status: Int, _ text: String) { self.init(status: status, body: Array("\(text)\n".utf8)) }

    /// Sends it and closes the channel.
    ///
    /// - Parameter further: headers beside those that every page has.
    func send(to channel: any Channel, withoutBody: Bool, _ further: [(String, String)]) {
        let headers = HTTPHeaders(
            [
                ("content-type", contentType), ("content-length", "\(body.count)"), ("connection", "close"),
                ("cache-control", "no-store"), ("x-content-type-options", "nosniff"),
            ] + further)
        let head = HTTPResponseHead(version: .http1_1, status: .init(statusCode: status), headers: headers)
        channel.write(HTTPServerResponsePart.head(head), promise: nil)
        if !withoutBody {
            let body = channel.allocator.buffer(bytes: body)
            channel.write(HTTPServerResponsePart.body(.byteBuffer(body)), promise: nil)
        }
        channel.writeAndFlush(HTTPServerResponsePart.end(nil)).whenComplete { _ in channel.close(promise: nil) }
    }
}
