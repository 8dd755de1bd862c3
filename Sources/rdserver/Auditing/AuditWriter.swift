import Foundation
import Logging

/// Writes records as they come, and syncs them within a bounded time: runs on a thread of its own.
struct AuditWriter: ~Copyable {
    private static let retrySeconds = 60.0

    private let queue: AuditQueue
    private let settings: AuditSettings
    private let logger: Logger
    private var file: AuditFile
    private let encoder: JSONEncoder
    /// When what was written must be on the disk; nil if all is.
    private var syncDate: Date?
    /// What fails is not tried, and not complained about, all the time.
    private var nextRotation = Date.distantPast
    private var nextComplaint = Date.distantPast

    init(_ queue: AuditQueue, _ settings: AuditSettings, logger: Logger) throws(AuditFailure) {
        self.queue = queue
        self.settings = settings
        self.logger = logger
        file = try AuditFile(settings)
        encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        guard file.isTorn else { return }
        logger.warning("the last line of the audit trail is torn, and will be skipped")
    }

    /// Until the queue is closed and empty.
    mutating func run() {
        while let records = queue.take(until: syncDate) {
            write(records)
            if let syncDate, syncDate <= Date() { sync() }
        }
        sync()
    }

    private mutating func write(_ records: [AuditRecord]) {
        var (lines, count) = ([UInt8](), UInt64(0))
        for record in records {
            guard let line = try? encoder.encode(record) else { continue }
            let seconds = Int64(record.time.timeIntervalSince1970)
            if file.isFull(before: lines.count + line.count + 1, at: seconds) {
                flush(&lines, &count)
                rotateIfFull(before: line.count + 1, at: seconds)
            }
            lines += line
            lines.append(0x0A)
            count += 1
        }
        flush(&lines, &count)
    }

    private mutating func flush(_ lines: inout [UInt8], _ count: inout UInt64) {
        guard count > 0 else { return }
        let (isWhole, number) = (file.append(lines, at: Int64(Date().timeIntervalSince1970)), count)
        if isWhole {
            queue.count { $0.written += number }
            syncDate = syncDate ?? Date() + Double(settings.syncMilliseconds) / 1_000
        } else {
            queue.count { $0.lost += number }
            complain("the audit trail cannot be written", String(cString: strerror(errno)))
        }
        lines.removeAll(keepingCapacity: true)
        count = 0
    }

    private mutating func rotateIfFull(before count: Int, at seconds: Int64) {
        guard file.isFull(before: count, at: seconds), nextRotation <= Date() else { return }
        sync()
        do throws(AuditFailure) {
            try file.rotate()
            queue.count { $0.rotations += 1 }
            logger.info("the audit trail goes on in a new file", metadata: ["file": "\(settings.path)"])
        } catch {
            nextRotation = Date() + Self.retrySeconds
            complain("the audit trail cannot begin a new file", error.reason)
        }
    }

    private mutating func sync() {
        guard syncDate != nil else { return }
        syncDate = nil
        if file.sync() {
            queue.count { $0.synced = $0.written }
        } else {
            complain("the audit trail cannot be synced", String(cString: strerror(errno)))
        }
    }

    private mutating func complain(_ text: String, _ reason: String) {
        guard nextComplaint <= Date() else { return }
        nextComplaint = Date() + Self.retrySeconds
        logger.error("\(text)", metadata: ["file": "\(settings.path)", "reason": "\(reason)"])
    }
}
