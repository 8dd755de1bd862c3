import FileTransfer
import Transport
import WireFormat

/// Files: what is said of them, and their bytes.
extension Session {
    /// Files both ways, by their names.
    public var files: FileTransfers { fileChannel.transfers }

    /// Sends a file of this machine.
    ///
    /// - Returns: nil if too many are on their way; try again when one has ended.
    public mutating func sendFile(_ path: String, at now: Instant) -> TransferIdentifier? {
        guard isEstablished else { return nil }
        defer { process(at: now) }
        return fileChannel.transfers.send(path, at: now)
    }

    /// Asks for a file of the other side.
    ///
    /// - Returns: nil if too many are on their way; try again when one has ended.
    public mutating func requestFile(_ name: FileName, at now: Instant) -> TransferIdentifier? {
        guard isEstablished else { return nil }
        defer { process(at: now) }
        return fileChannel.transfers.request(name, at: now)
    }

    /// Takes the result of a `disk` event.
    public mutating func diskFinished(_ result: DiskResult, at now: Instant) {
        fileChannel.transfers.diskFinished(result, at: now)
        process(at: now)
    }

    mutating func moveFiles(at now: Instant) {
        fileChannel.read(from: &transport, at: now)
        pasteChannel.read(from: &transport, at: now)
        drainFiles(at: now)
        guard isEstablished else { return }
        askForPasted(at: now)
        guard fileChannel.hasUnsent || pasteChannel.hasUnsent else { return }
        let limit = contentLimit
        fileChannel.write(to: &transport, contentLimit: limit)
        pasteChannel.write(to: &transport, contentLimit: limit)
        drainFiles(at: now)
    }

    mutating func endFiles() {
        fileChannel.transfers.end()
        pasteChannel.transfers.end()
        drainFiles(at: turnAt)
    }

    /// While there is no path the other side cannot answer.
    mutating func advanceFiles(to now: Instant) {
        fileChannel.transfers.advance(to: now, isReachable: !isPathLost)
        pasteChannel.transfers.advance(to: now, isReachable: !isPathLost)
    }

    var fileDeadline: Instant? {
        Instant.earlier(fileChannel.transfers.nextDeadline, pasteChannel.transfers.nextDeadline)
    }

    private mutating func drainFiles(at now: Instant) {
        while let event = fileChannel.transfers.pollEvent() { events.append(.file(event)) }
        drainPastes(at: now)
    }

    /// What the path takes in half a second, so that a slow one is not busy for long with what was given up; within what
    /// the transport holds.
    private var contentLimit: Int {
        mutating get {
            let rate = transport.windowBytesPerSecond ?? 0
            return min(max(Int(rate / 2), Self.leastContentBytes), configuration.transport.streamSendBufferBytes)
        }
    }

    private static var leastContentBytes: Int { 256 << 10 }
}
