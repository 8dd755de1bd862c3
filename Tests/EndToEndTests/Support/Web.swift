import Foundation

/// Asks an HTTP server of this machine, one request a connection.
struct Web {
    struct Answer {
        let status: Int
        let head: String
        let body: String
    }

    let port: UInt16

    func get(_ path: String, method: String = "GET", host: String? = nil, headers: [String] = []) throws -> Answer {
        let lines = ["\(method) \(path) HTTP/1.1", "Host: \(host ?? "127.0.0.1:\(port)")"] + headers
        return try exchange(lines.joined(separator: "\r\n") + "\r\n\r\n")
    }

    /// Sends a text and reads until the server closes, or `isEnough`.
    func exchange(_ text: String, isEnough: (String) -> Bool = { _ in false }) throws -> Answer {
        let descriptor = try connect()
        defer { close(descriptor) }
        let request = Array(text.utf8)
        guard send(descriptor, request, request.count, Int32(MSG_NOSIGNAL)) == request.count else {
            throw Failure("the server takes no request")
        }
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 65_536)
        while !isEnough(String(decoding: bytes, as: UTF8.self)) {
            let count = recv(descriptor, &part, part.count, 0)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Failure("no answer: \(String(cString: strerror(errno)))") }
            guard count > 0 else { break }
            bytes += part[..<count]
        }
        return try Self.answer(String(decoding: bytes, as: UTF8.self))
    }

    private func connect() throws -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw Failure("no socket") }
        var limit = timeval(tv_sec: Int(TimeLimit.usual), tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else {
            close(descriptor)
            throw Failure("cannot connect to \(port)")
        }
        return descriptor
    }

    private static func answer(_ text: String) throws -> Answer {
        guard let end = text.range(of: "\r\n\r\n"), text.hasPrefix("HTTP/1.1 "),
            let status = Int(text.dropFirst(9).prefix(3))
        else { throw Failure("no HTTP: \(text.prefix(200))") }
        return Answer(status: status, head: String(text[..<end.lowerBound]), body: String(text[end.upperBound...]))
    }
}
