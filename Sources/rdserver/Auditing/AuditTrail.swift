import Foundation
import Logging
import NetworkIO
import Rendezvous
import Synchronization
import TURN

/// Keeps what happens in a file as JSON lines: who met whom, when, direct or relayed, how long, bytes relayed.
///
/// Whoever notes something never waits for the disk: a thread writes at once and syncs within a bounded time. A killed
/// process loses what that thread had not come to, a machine that lost its power what was not synced.
final class AuditTrail: Sendable {
    private let queue = AuditQueue()
    /// Nil if no trail is kept.
    private let thread: WorkerThread?
    private let logger: Logger
    /// Without a trail, and a log that wants it, nothing is even written down.
    private let isKept: Bool
    private let refusals = Mutex(RefusalMeter())

    init(_ settings: AuditSettings?, logger: Logger) throws {
        self.logger = logger
        isKept = settings != nil || logger.logLevel <= .debug
        guard let settings else {
            thread = nil
            return
        }
        let queue = queue
        let job = AuditJob(try AuditWriter(queue, settings, logger: logger))
        thread = try WorkerThread(named: "audit") { job.run() }
    }

    /// Nil if no trail is kept.
    var statistics: AuditStatistics? { thread == nil ? nil : queue.statistics }

    func note(_ event: RendezvousServer.Event) {
        guard isKept, let record = AuditRecord(event) else { return }
        guard case .refused(_, _, let source) = event else { return note(record) }
        let seconds = Int64(record.time.timeIntervalSince1970)
        let (omitted, isRecorded) = refusals.withLock { ($0.takeOmitted(at: seconds), $0.take(source, at: seconds)) }
        if let omitted { noteOmitted(omitted.count, at: Date(timeIntervalSince1970: Double(omitted.at))) }
        if isRecorded { note(record) }
    }

    func note(_ event: TURN.Server.Event) {
        if isKept, let record = AuditRecord(event) { note(record) }
    }

    /// - Parameter time: the end of what is counted.
    private func noteOmitted(_ count: Int, at time: Date) {
        guard count > 0 else { return }
        var record = AuditRecord(.refused)
        record.time = time
        record.omitted = count
        note(record)
    }

    private func note(_ record: AuditRecord) {
        if thread != nil { queue.append(record) }
        logger.debug(
            "\(record.event.rawValue)",
            metadata: Dictionary(record.fields.map { ($0.name, .string($0.value)) }) { first, _ in first })
    }

    /// Waits until all that was noted is on the disk; nothing is noted any more. Call it once.
    func stop() {
        noteOmitted(refusals.withLock { $0.takeOmitted() }, at: Date())
        queue.close()
        thread?.join()
    }
}

/// Hands a writer to its thread.
private final class AuditJob: Sendable {
    nonisolated(unsafe) private var writer: AuditWriter

    init(_ writer: consuming AuditWriter) { self.writer = writer }

    func run() { writer.run() }
}
