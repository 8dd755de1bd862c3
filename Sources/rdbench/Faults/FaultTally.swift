/// What became of many sessions with faults.
package struct FaultTally: Sendable {
    package private(set) var sessions = 0
    package private(set) var failedSessions = 0
    /// The first of those that failed.
    package private(set) var failed: [FaultOutcome] = []
    private var faults: [FaultKind: Int] = [:]
    private var checks = 0
    private var restarts = 0
    private var resumptions = 0
    private var rest = Distribution()
    private var bytesOnWire = 0
    private var nonces = 0
    private var seconds = 0.0
    private var peaks: [String: (count: Int, limit: Int)] = [:]
    /// The sum of the sessions' hashes, so that their order does not matter.
    private var traceHash: UInt64 = 0

    /// More failures than anybody reads are counted only.
    package static let mostFailures = 200

    package init() {}

    package mutating func add(_ outcome: FaultOutcome) {
        sessions += 1
        if !outcome.failures.isEmpty {
            failedSessions += 1
            if failed.count < Self.mostFailures { failed.append(outcome) }
        }
        faults.merge(outcome.faults) { $0 + $1 }
        checks += outcome.checks
        restarts += outcome.restarts
        resumptions += outcome.resumptions
        if outcome.failures.isEmpty { rest.record(outcome.restMilliseconds) }
        bytesOnWire += outcome.bytesOnWire
        nonces += outcome.nonces
        seconds += outcome.seconds
        merge(outcome.peaks)
        traceHash &+= outcome.traceHash
    }

    package mutating func add(_ other: FaultTally) {
        sessions += other.sessions
        failedSessions += other.failedSessions
        failed += other.failed.prefix(Self.mostFailures - failed.count)
        faults.merge(other.faults) { $0 + $1 }
        checks += other.checks
        restarts += other.restarts
        resumptions += other.resumptions
        rest.merge(other.rest)
        bytesOnWire += other.bytesOnWire
        nonces += other.nonces
        seconds += other.seconds
        merge(other.peaks)
        traceHash &+= other.traceHash
    }

    private mutating func merge(_ others: [String: (count: Int, limit: Int)]) {
        peaks.merge(others) { $0.count >= $1.count ? $0 : $1 }
    }

    /// The tables and queues that came nearest to their limits.
    var fullest: String {
        let shares = peaks.sorted {
            (Double($0.value.count) / Double($0.value.limit), $0.key)
                > (Double($1.value.count) / Double($1.value.limit), $1.key)
        }
        return shares.prefix(6).map { "\($0.key) \($0.value.count) of \($0.value.limit)" }.joined(separator: ", ")
    }

    func result(seed: UInt64, wallSeconds: Double, processorSeconds: Double) -> CaseResult {
        var result = CaseResult(suite: .faults, name: "everything", seed: seed)
        result.sessions = sessions
        let kinds = Dictionary(
            uniqueKeysWithValues: FaultKind.allCases.map { kind in
                (kind.rawValue, JSONValue.integer(faults[kind] ?? 0))
            })
        let tables = peaks.mapValues { JSONValue.object(["most": .integer($0.count), "limit": .integer($0.limit)]) }
        result.measures = [
            "failed_sessions": .integer(failedSessions),
            "failed_seeds": .array(failed.map { .string(String($0.seed)) }),
            "faults": .object(kinds), "invariant_checks": .integer(checks), "program_restarts": .integer(restarts),
            "resumed_files": .integer(resumptions), "rest_ms": rest.json, "bytes_on_wire": .integer(bytesOnWire),
            "nonces": .integer(nonces), "virtual_s": .rounded(seconds), "tables": .object(tables),
            "sessions_per_s": .rounded(Double(sessions) / max(wallSeconds, 1e-9)),
            "sessions_per_cpu_s": .rounded(Double(sessions) / max(processorSeconds, 1e-9)),
            "trace_hash": .string(PopulationTally.hexadecimal(traceHash)),
        ]
        return result
    }
}
