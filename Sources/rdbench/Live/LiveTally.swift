/// Sums up the live sessions of one kind.
struct LiveTally {
    private var result: CaseResult
    private var roundTripHigh = Distribution()
    private var timeToDirect = Distribution()
    private var bytesReceived = Distribution()
    private var disagreed = 0

    init(_ path: LivePath, seed: UInt64) {
        result = CaseResult(suite: .live, name: path.rawValue, seed: seed)
        result.outcomes = OutcomeCounts()
        result.rtt = Distribution()
        result.timeToFirstFrame = Distribution()
        result.timeToSharpFrame = Distribution()
        result.setup = Distribution()
    }

    var sessions: Int { result.sessions }

    mutating func add(_ session: LiveResult) {
        result.sessions += 1
        result.outcomes?.count(session.outcome)
        if let value = session.roundTripMedian { result.rtt?.record(value) }
        if let value = session.roundTripHigh { roundTripHigh.record(value) }
        if let value = session.firstFrame { result.timeToFirstFrame?.record(value) }
        if let value = session.sharpFrame { result.timeToSharpFrame?.record(value) }
        if let value = session.setup { result.setup?.record(value) }
        if let value = session.directPath { timeToDirect.record(value) }
        if let value = session.bytesReceived { bytesReceived.record(value) }
        if !session.isAgreed { disagreed += 1 }
    }

    func finished(audit: AuditTrailSummary) -> CaseResult {
        var finished = result
        finished.timeToDirect = timeToDirect.isEmpty ? nil : timeToDirect
        finished.measures = [
            "rtt_p95_of_session_ms": roundTripHigh.json, "bytes_received_per_session": bytesReceived.json,
            "bytes_relayed_per_session": audit.bytesCounted.map {
                .rounded($0 / Double(max(result.sessions, 1)))
            } ?? .null,
            "split_sessions": .integer(disagreed),
        ]
        return finished
    }
}
