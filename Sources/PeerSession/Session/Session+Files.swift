import FileTransfer
import Transport
import WireFormat

/// Files: what is said of them, and their bytes, on two bulk streams, behind everything else that a session has to send.
extension Session {
    /// Sends a file of this machine.
    ///
    /// - Returns: nil if too many are on their way; try again when one has ended.
    public mutating func sendFile(_ path: String, at now: Instant) -> TransferIdentifier? {
        guard isEstablished else { return nil }
        defer { process(at: now) }
        return files.send(path, at: now)
    }

    /// Asks for a file of the other side.
    ///
    /// - Returns: nil if too many are on their way; try again when one has ended.
    public mutating func requestFile(_ name: FileName, at now: Instant) -> TransferIdentifier? {
        guard isEstablished else { return nil }
        defer { process(at: now) }
        return files.request(name, at: now)
    }

    /// Gives a transfer up.
    public mutating func cancelFile(_ identifier: TransferIdentifier, at now: Instant) {
        files.cancel(identifier)
        process(at: now)
    }

    /// Takes the result of a `disk` event.
    public mutating func diskFinished(_ result: DiskResult, at now: Instant) {
        files.diskFinished(result, at: now)
        process(at: now)
    }

    mutating func moveFiles(at now: Instant) {
        if !readableFileStreams.isEmpty { readFiles(at: now) }
        drainFiles()
        guard isEstablished else { return }
        flushFiles(.messages, on: .fileMessages, limit: Self.messageBytes)
        flushFiles(.content, on: .fileContent, limit: contentLimit)
        drainFiles()
    }

    mutating func endFiles() {
        files.end()
        drainFiles()
    }

    private mutating func drainFiles() {
        while let event = files.pollEvent() { events.append(.file(event)) }
    }

    private mutating func readFiles(at now: Instant) {
        for stream in FileStream.allCases where readableFileStreams.contains(stream) {
            while readableFileStreams.contains(stream), files.wants(stream) {
                let bytes = [UInt8](capacity: Self.readBytes) { output in
                    _ = transport.read(stream == .messages ? .fileMessages : .fileContent, into: &output)
                }
                if bytes.count < Self.readBytes { readableFileStreams.remove(stream) }
                files.receive(bytes.span, on: stream, at: now)
            }
        }
    }

    /// Fills the transport's buffer up to a limit, in pieces that are worth it.
    private mutating func flushFiles(_ stream: FileStream, on transportStream: StreamIdentifier, limit: Int) {
        while true {
            let waiting = files.unsentBytes(on: stream)
            let room = limit - transport.unacknowledgedBytes(on: transportStream)
            guard waiting > 0, room >= min(waiting, Self.pieceBytes) else { return }
            let bytes = [UInt8](capacity: min(room, Self.readBytes)) { output in
                _ = files.pollTransmit(stream, into: &output)
            }
            guard let taken = try? transport.write(bytes.span, on: transportStream), taken == bytes.count else {
                return
            }
        }
    }

    /// What the path takes in half a second, so that a slow one is not busy for long with what was given up; within what
    /// the transport holds.
    private var contentLimit: Int {
        let rate = transport.windowBytesPerSecond ?? 0
        return min(max(Int(rate / 2), Self.leastContentBytes), configuration.transport.streamSendBufferBytes)
    }

    private static var messageBytes: Int { 64 << 10 }
    private static var readBytes: Int { 64 << 10 }
    private static var pieceBytes: Int { 16 << 10 }
    private static var leastContentBytes: Int { 256 << 10 }
}

extension StreamIdentifier {
    static let fileMessages = StreamIdentifier.bulk(0)
    static let fileContent = StreamIdentifier.bulk(1)
}
