import Foundation

/// Records on their way from the threads that note them to the one that writes them.
final class AuditQueue: Sendable {
    /// Records that may wait for a disk; what comes beyond is lost, and counted.
    static let limit = 65_536

    private struct State {
        var records: [AuditRecord] = []
        var statistics = AuditStatistics()
        var isClosed = false
    }

    private let condition = NSCondition()
    /// Under the condition's lock.
    nonisolated(unsafe) private var state = State()

    var statistics: AuditStatistics { locked { $0.statistics } }

    func append(_ record: AuditRecord) {
        locked { state in
            if state.records.count < Self.limit { state.records.append(record) } else { state.statistics.lost += 1 }
        }
        condition.signal()
    }

    /// What has gathered is still taken.
    func close() {
        locked { $0.isClosed = true }
        condition.signal()
    }

    func count(_ change: (inout AuditStatistics) -> Void) { locked { change(&$0.statistics) } }

    /// Waits for records, no longer than until a time if there is one.
    ///
    /// - Returns: those that there are, or nil when none will come any more.
    func take(until limit: Date?) -> [AuditRecord]? {
        condition.lock()
        defer { condition.unlock() }
        while state.records.isEmpty, !state.isClosed {
            if let limit {
                guard condition.wait(until: limit) else { break }
            } else {
                condition.wait()
            }
        }
        if state.records.isEmpty, state.isClosed { return nil }
        defer { state.records.removeAll(keepingCapacity: state.records.count < 1_024) }
        return state.records
    }

    private func locked<Result>(_ body: (inout State) -> Result) -> Result {
        condition.lock()
        defer { condition.unlock() }
        return body(&state)
    }
}
