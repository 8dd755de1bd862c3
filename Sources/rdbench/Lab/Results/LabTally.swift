/// Sums up the sessions of one pair, or of all, in one condition.
struct LabTally {
    private(set) var result: CaseResult
    private(set) var splitSessions = 0
    private(set) var connected = Distribution()
    private(set) var moved = Distribution()
    private var direct = Distribution()

    init(_ name: String, seed: UInt64) {
        result = CaseResult(suite: .lab, name: name, seed: seed)
        result.outcomes = OutcomeCounts()
        result.rtt = Distribution()
        result.timeToFirstFrame = Distribution()
        result.setup = Distribution()
    }

    mutating func add(_ lab: LabResult) {
        let session = lab.session
        result.sessions += 1
        result.outcomes?.count(session.outcome)
        if let value = session.roundTripMedian { result.rtt?.record(value) }
        if let value = session.firstFrame { result.timeToFirstFrame?.record(value) }
        if let value = session.setup { result.setup?.record(value) }
        if let value = session.directPath { direct.record(value) }
        if let value = lab.connected { connected.record(value) }
        if let value = lab.moved { moved.record(value) }
        if lab.isSplit { splitSessions += 1 }
        result.timeToDirect = direct.isEmpty ? nil : direct
        result.measures["connect_ms"] = connected.json
        result.measures["move_ms"] = moved.json
        result.measures["split_sessions"] = .integer(splitSessions)
    }

    mutating func add(_ pair: PairOutcome) { result.pairs.append(pair) }

    mutating func set(_ name: String, _ value: JSONValue) { result.measures[name] = value }
}
