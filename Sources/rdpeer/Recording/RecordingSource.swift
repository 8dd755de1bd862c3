import Glibc
import PeerSession
import SecureChannel
import WireFormat

/// Reads a recording, event by event, with one block in memory at a time.
final class RecordingSource {
    let about: RecordingAbout
    /// Who recorded it.
    let writer: PublicKey
    /// The file ended before its end was written.
    private(set) var isCutOff = false

    private let path: String
    private let descriptor: Int32
    private var reader: SealedFileReader
    private var block: [UInt8] = []
    private var position = 0

    /// - Throws: `FileFault` or `RecordingFault`.
    init(path: String, keys: StaticKeyPair) throws {
        self.path = path
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileFault(path: path, cannot: "read") }
        do {
            let prefix = try Self.read(SealedFileHeader.prefixSize, from: descriptor, path: path)
            let header = try SealedFileHeader(decoding: prefix.span)
            let message = try Self.read(header.messageSize, from: descriptor, path: path)
            reader = try SealedFileReader(header, message: message.span, keys: keys)
            about = try RecordingAbout(decoding: reader.payload.span)
        } catch {
            close(descriptor)
            switch error {
            case let failure as SealedFileFailure: throw RecordingFault(failure, path: path)
            case let failure as RecordingFailure: throw RecordingFault(failure, path: path)
            default: throw error
            }
        }
        writer = reader.writer
    }

    deinit { close(descriptor) }

    /// The next event, or nil at the end, which may be a cut.
    ///
    /// - Throws: `FileFault` or `RecordingFault`.
    func next() throws -> (after: Interval, event: RecordedEvent)? {
        while position == block.count {
            guard let next = try nextBlock() else { return nil }
            (block, position) = (next, 0)
        }
        var events = ByteReader(block.span.extracting(position..<block.count))
        do {
            let event = try RecordedEvent.read(from: &events)
            position += events.offset
            return event
        } catch { throw RecordingFault(error, path: path) }
    }

    private func nextBlock() throws -> [UInt8]? {
        guard !isCutOff else { return nil }
        let head = try Self.read(SealedBlock.headSize, from: descriptor, path: path)
        if head.isEmpty {
            isCutOff = !reader.isFinished
            return nil
        }
        guard let next = try uncut({ () throws(SealedFileFailure) in try SealedBlock(decoding: head.span) }) else {
            return nil
        }
        let ciphertext = try Self.read(next.size, from: descriptor, path: path)
        return try uncut { () throws(SealedFileFailure) in try reader.open(next, ciphertext.span) }
    }

    /// Takes note of a cut, after which there is nothing, and says in words what else is wrong.
    private func uncut<Part>(_ body: () throws(SealedFileFailure) -> Part) throws(RecordingFault) -> Part? {
        do {
            return try body()
        } catch {
            guard error == .cutOff else { throw RecordingFault(error, path: path) }
            isCutOff = true
            return nil
        }
    }

    /// Fewer bytes than asked for only at the file's end.
    private static func read(_ count: Int, from descriptor: Int32, path: String) throws(FileFault) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let got = bytes.withUnsafeMutableBytes { buffer in
                Glibc.read(descriptor, buffer.baseAddress.map { $0 + filled }, count - filled)
            }
            if got < 0, errno == EINTR { continue }
            guard got >= 0 else { throw FileFault(path: path, cannot: "read") }
            if got == 0 { break }
            filled += got
        }
        return filled == count ? bytes : Array(bytes[..<filled])
    }
}
