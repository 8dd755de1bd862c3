import Glibc
import NetworkIO
import WireFormat

/// A TCP connection that says what a test wants, however wrong.
final class RawConnection {
    private let descriptor: Int32

    init(to address: TransportAddress, receiveBufferBytes: Int32? = nil) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        if var bytes = receiveBufferBytes { setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &bytes, 4) }
        var timeout = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        guard case .v4(let bits) = address.ip else { throw SystemFailure("connect", code: EAFNOSUPPORT) }
        var form = sockaddr_in()
        form.sin_family = sa_family_t(AF_INET)
        form.sin_port = address.port.bigEndian
        form.sin_addr.s_addr = bits.bigEndian
        let code = withUnsafePointer(to: &form) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard code == 0 else { throw SystemFailure("connect") }
    }

    deinit { close(descriptor) }

    /// Sends as much as the peer takes; false if it closed.
    @discardableResult
    func send(_ bytes: [UInt8]) -> Bool {
        var offset = 0
        while offset < bytes.count {
            let sent = bytes[offset...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard sent > 0 else { return false }
            offset += sent
        }
        return true
    }

    @discardableResult
    func send(_ text: String) -> Bool { send(Array(text.utf8)) }

    /// Some bytes; empty at the end. Throws when nothing comes for twenty seconds.
    func receive(atMost count: Int = 65_536) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let received = recv(descriptor, &bytes, count, 0)
        // A peer that closes with something unread resets the connection.
        guard received >= 0 || errno == ECONNRESET else { throw SystemFailure("recv") }
        return Array(bytes.prefix(max(0, received)))
    }

    /// All bytes up to the end.
    func receiveAll() throws -> [UInt8] {
        var all: [UInt8] = []
        while true {
            let some = try receive()
            if some.isEmpty { return all }
            all += some
        }
    }

    /// All text up to the end.
    func receiveText() throws -> String { String(decoding: try receiveAll(), as: UTF8.self) }

    /// So many bytes, or what there is before the end.
    func receive(exactly count: Int) throws -> [UInt8] {
        var all: [UInt8] = []
        while all.count < count {
            let some = try receive(atMost: count - all.count)
            if some.isEmpty { break }
            all += some
        }
        return all
    }

    /// - Parameter headers: further ones, each with its end of line.
    static func request(path: String, headers: String) -> String {
        "GET \(path) HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\(headers)\r\n"
    }

    /// Becomes a WebSocket, or throws.
    func upgrade(path: String = "/", headers: String = "") throws {
        send(Self.request(path: path, headers: headers))
        var answer: [UInt8] = []
        while !answer.suffix(4).elementsEqual([13, 10, 13, 10]) {
            let some = try receive(atMost: 1)
            guard !some.isEmpty, answer.count < 2_000 else { throw SystemFailure("recv") }
            answer += some
        }
        guard String(decoding: answer, as: UTF8.self).hasPrefix("HTTP/1.1 101") else { throw SystemFailure("upgrade") }
    }

    /// A WebSocket frame (RFC 6455 section 5.2), masked with zeros unless told otherwise.
    static func frame(
        _ payload: [UInt8], opcode: UInt8 = 2, isFinal: Bool = true, isMasked: Bool = true,
        claiming count: UInt64? = nil
    ) -> [UInt8] {
        let count = count ?? UInt64(payload.count)
        var bytes: [UInt8] = [(isFinal ? 0x80 : 0) | opcode]
        let mask: UInt8 = isMasked ? 0x80 : 0
        if count < 126 {
            bytes.append(mask | UInt8(count))
        } else if count < 65_536 {
            bytes += [mask | 126, UInt8(count >> 8), UInt8(count & 255)]
        } else {
            bytes.append(mask | 127)
            bytes += (0..<8).map { UInt8(truncatingIfNeeded: count >> (56 - UInt64($0) * 8)) }
        }
        return bytes + (isMasked ? [0, 0, 0, 0] : []) + payload
    }

    /// The code of the close frame that ends what the server sends; nil if there is none.
    func closeCode() throws -> UInt16? {
        let all = try receiveAll()
        guard all.count >= 4, all[all.count - 4] == 0x88, all[all.count - 3] == 2 else { return nil }
        return UInt16(all[all.count - 2]) << 8 | UInt16(all[all.count - 1])
    }
}
