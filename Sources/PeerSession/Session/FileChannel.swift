import FileTransfer
import Transport
import WireFormat

/// Transfers of files, with the two bulk streams that they travel on: behind everything else that a session has to send.
struct FileChannel: Sendable {
    var transfers: FileTransfers
    private let messages: StreamIdentifier
    private let content: StreamIdentifier
    /// Streams that may have bytes to be read.
    private var readable: Set<FileStream> = []

    private init(_ transfers: FileTransfers, messages: StreamIdentifier, content: StreamIdentifier) {
        self.transfers = transfers
        self.messages = messages
        self.content = content
    }

    /// What is sent and fetched by name.
    static func named(isHost: Bool, _ policy: FilePolicy) -> FileChannel {
        FileChannel(FileTransfers(isHost: isHost, policy: policy), messages: .bulk(0), content: .bulk(1))
    }

    /// What is copied and pasted.
    static func pasted(_ board: PasteBoard) -> FileChannel {
        FileChannel(
            FileTransfers(isHost: board.isHost, policy: board.filePolicy), messages: .bulk(2), content: .bulk(3))
    }

    mutating func noteReadable(_ stream: StreamIdentifier) {
        if stream == messages { readable.insert(.messages) }
        if stream == content { readable.insert(.content) }
    }

    mutating func read(from transport: inout Connection, at now: Instant) {
        guard !readable.isEmpty else { return }
        for stream in FileStream.allCases where readable.contains(stream) {
            while readable.contains(stream), transfers.wants(stream) {
                let bytes = [UInt8](capacity: Self.readBytes) { output in
                    _ = transport.read(identifier(of: stream), into: &output)
                }
                if bytes.count < Self.readBytes { readable.remove(stream) }
                transfers.receive(bytes.span, on: stream, at: now)
            }
        }
    }

    var hasUnsent: Bool { FileStream.allCases.contains { transfers.unsentBytes(on: $0) > 0 } }

    /// Fills the transport's buffers.
    ///
    /// - Parameter contentLimit: how many bytes of files it is to hold.
    mutating func write(to transport: inout Connection, contentLimit: Int) {
        write(.messages, to: &transport, limit: Self.messageBytes)
        write(.content, to: &transport, limit: contentLimit)
    }

    /// Fills the transport's buffer up to a limit, in pieces that are worth it.
    private mutating func write(_ stream: FileStream, to transport: inout Connection, limit: Int) {
        while true {
            let waiting = transfers.unsentBytes(on: stream)
            guard waiting > 0 else { return }
            let room = limit - transport.unacknowledgedBytes(on: identifier(of: stream))
            guard room >= min(waiting, Self.pieceBytes) else { return }
            let bytes = [UInt8](capacity: min(room, Self.readBytes)) { output in
                _ = transfers.pollTransmit(stream, into: &output)
            }
            guard let taken = try? transport.write(bytes.span, on: identifier(of: stream)), taken == bytes.count else {
                return
            }
        }
    }

    private func identifier(of stream: FileStream) -> StreamIdentifier { stream == .messages ? messages : content }

    private static var messageBytes: Int { 64 << 10 }
    private static var readBytes: Int { 64 << 10 }
    private static var pieceBytes: Int { 16 << 10 }
}
