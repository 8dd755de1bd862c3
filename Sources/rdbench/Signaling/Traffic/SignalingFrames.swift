import Rendezvous

/// Signaling messages as a client writes and reads them on a WebSocket (RFC 6455 section 5.2), and the request before.
enum SignalingFrames {
    /// What came first in the bytes.
    enum Part {
        case message(SignalingMessage)
        /// A frame of another kind, such as a close.
        case other(opcode: UInt8)
        /// More bytes must come.
        case incomplete
        /// No frame that a server of ours sends.
        case invalid
    }

    private static let digits = Array("0123456789abcdef".utf8)
    private static let end = Array("\r\n\r\n".utf8)

    /// The request for a WebSocket, with the first message in its header, as rdpeer's viewers send it.
    static func request(path: String, host: String, firstMessage: SignalingMessage?) -> [UInt8] {
        var text = """
            GET \(path) HTTP/1.1\r\nhost: \(host)\r\nuser-agent: beeline\r\nconnection: upgrade\r\nupgrade: websocket\r
            sec-websocket-key: AAECAwQFBgcICQoLDA0ODw==\r\nsec-websocket-version: 13\r\n
            """
        if let bytes = try? firstMessage?.encoded() {
            let characters = bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
            text += "beeline-message: \(String(decoding: characters, as: UTF8.self))\r\n"
        }
        return Array((text + "\r\n").utf8)
    }

    /// Where the answer to the request ends, and whether it grants it; nil if it is not all there.
    static func answer(_ bytes: ArraySlice<UInt8>) -> (end: Int, isGranted: Bool)? {
        guard bytes.count >= end.count else { return nil }
        for index in bytes.startIndex...bytes.endIndex - end.count
        where bytes[index] == 0x0D && bytes[index..<index + end.count].elementsEqual(end) {
            return (index + end.count, bytes.starts(with: "HTTP/1.1 101 ".utf8))
        }
        return nil
    }

    /// A message in one frame. Its mask is zero, which a server undoes as any other.
    static func frame(_ message: SignalingMessage) -> [UInt8] {
        guard let bytes = try? message.encoded() else { return [] }
        return frame(opcode: 2, bytes)
    }

    /// The frame that says an ordinary goodbye.
    static let close = frame(opcode: 8, [0x03, 0xE8])

    private static func frame(opcode: UInt8, _ bytes: [UInt8]) -> [UInt8] {
        var frame: [UInt8] = [0x80 | opcode]
        if bytes.count < 126 {
            frame.append(0x80 | UInt8(bytes.count))
        } else {
            frame += [0x80 | 126, UInt8(truncatingIfNeeded: bytes.count >> 8), UInt8(truncatingIfNeeded: bytes.count)]
        }
        return frame + [0, 0, 0, 0] + bytes
    }

    /// Reads what a server sent, and takes it from the front.
    static func next(_ bytes: inout ArraySlice<UInt8>) -> Part {
        guard bytes.count >= 2 else { return .incomplete }
        let start = bytes.startIndex
        let opcode = bytes[start] & 15
        var (count, header) = (Int(bytes[start + 1]), 2)
        guard bytes[start] & 0xF0 == 0x80, count <= 126 else { return .invalid }
        if count == 126 {
            guard bytes.count >= 4 else { return .incomplete }
            (count, header) = (Int(bytes[start + 2]) << 8 | Int(bytes[start + 3]), 4)
        }
        guard bytes.count >= header + count else { return .incomplete }
        let body = bytes[start + header..<start + header + count]
        bytes = bytes[(start + header + count)...]
        guard opcode == 2 else { return .other(opcode: opcode) }
        guard let message = try? SignalingMessage(Array(body).span) else { return .invalid }
        return .message(message)
    }
}
