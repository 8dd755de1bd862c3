import NIOHTTP1
import Rendezvous

/// A client's first message in the header of its request for a WebSocket, so that it need not wait for the answer.
///
/// RFC 6455 section 4.1 forbids frames before the server's answer, and with good reason: until then nobody knows that
/// the other end speaks WebSocket. A header that it does not know, a server ignores; one that takes the message says so
/// in a header of its answer.
enum FirstMessage {
    private static let name = "beeline-message"
    private static let taken = "taken"
    /// Intermediaries limit all headers together to 8 KiB, some to 4.
    private static let limit = 1_024

    static func add(_ message: [UInt8], to headers: inout HTTPHeaders) {
        guard message.count <= limit else { return }
        headers.add(name: name, value: Hexadecimal.text(message))
    }

    /// The message in a request; nil if there is none, or what is there is none.
    static func get(from headers: HTTPHeaders) -> [UInt8]? {
        guard let text = headers.first(name: name), !text.isEmpty, text.utf8.count <= limit * 2 else { return nil }
        return Hexadecimal.bytes(text)
    }

    /// What a server that takes the message adds to its answer.
    static func answer(to request: HTTPHeaders) -> HTTPHeaders {
        get(from: request) == nil ? HTTPHeaders() : HTTPHeaders([(name, taken)])
    }

    static func isTaken(_ answer: HTTPHeaders) -> Bool { answer.first(name: name) == taken }
}
