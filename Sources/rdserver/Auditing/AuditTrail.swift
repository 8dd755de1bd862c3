import Foundation
import Logging
import Rendezvous
import Synchronization
import TURN

/// Appends what happens to a file as JSON lines: who met whom, when, direct or relayed, how long, bytes relayed.
///
/// Each line is one `write` to a descriptor in append mode, so that lines of two servers never mix and a killed server
/// leaves whole ones.
final class AuditTrail: Sendable {
    private let file: Mutex<FileHandle?>
    private let logger: Logger
    /// Without a file nothing is even written down.
    private let isKept: Bool

    /// - Parameter path: the file, made if it is missing; nil keeps no trail.
    init(path: String?, logger: Logger) throws {
        self.logger = logger
        isKept = path != nil
        guard let path else {
            file = Mutex(nil)
            return
        }
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { throw AuditFailure(path: path, reason: String(cString: strerror(errno))) }
        file = Mutex(FileHandle(fileDescriptor: descriptor, closeOnDealloc: true))
    }

    func append(_ record: AuditRecord) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        guard var line = try? encoder.encode(record) else { return }
        line.append(0x0A)
        do {
            try file.withLock { try $0?.write(contentsOf: line) }
        } catch {
            logger.error("the audit trail cannot be written", metadata: ["error": "\(error)"])
        }
    }

    func note(_ event: RendezvousServer.Event) {
        if isKept, let record = AuditRecord(event) { append(record) }
    }

    func note(_ event: TURN.Server.Event) {
        if isKept, let record = AuditRecord(event) { append(record) }
    }
}
