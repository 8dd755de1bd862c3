/// Sums up the sessions of one case.
struct PopulationTally {
    private static let hashPrime: UInt64 = 0x0000_0100_0000_01B3
    static let hashStart: UInt64 = 0xCBF2_9CE4_8422_2325

    private var result: CaseResult
    private var pairs: [String: PairOutcome] = [:]
    private var timeToDirect = Distribution()
    private var directByICE = 0
    private var directByAny = 0
    private var directOfPossible = 0
    private var directAgainstOracle = 0
    private var split = 0
    private(set) var traceHash = Self.hashStart

    init(_ populationCase: PopulationCase, seed: UInt64) {
        result = CaseResult(suite: .population, name: populationCase.name, seed: seed)
        result.outcomes = OutcomeCounts()
        result.rtt = Distribution()
        result.timeToFirstFrame = Distribution()
        result.timeToSharpFrame = Distribution()
        result.setup = Distribution()
    }

    mutating func add(_ trial: TrialResult) {
        result.sessions += 1
        result.outcomes?.count(trial.outcome)
        if let value = trial.roundTrip { result.rtt?.record(value) }
        if let value = trial.firstFrame { result.timeToFirstFrame?.record(value) }
        if let value = trial.sharpFrame { result.timeToSharpFrame?.record(value) }
        if let value = trial.setup { result.setup?.record(value) }
        if let value = trial.directPath { timeToDirect.record(value) }
        if trial.isDirectByICE { directByICE += 1 }
        if trial.isDirectByAny { directByAny += 1 }
        if trial.isSplit { split += 1 }
        if trial.outcome == .direct {
            if trial.isDirectByAny { directOfPossible += 1 } else { directAgainstOracle += 1 }
        }
        addPair(trial)
        traceHash = Self.combine(traceHash, trial.traceHash)
    }

    /// A hash over one run more.
    static func combine(_ hash: UInt64, _ run: UInt64) -> UInt64 { (hash ^ run) &* hashPrime }

    private mutating func addPair(_ trial: TrialResult) {
        var pair = PairOutcome(trial.hostPlace, trial.viewerPlace)
        let key = pair.first + "\t" + pair.second
        pair = pairs[key] ?? pair
        pair.outcomes.count(trial.outcome)
        if trial.isDirectByAny { pair.possible += 1 }
        pairs[key] = pair
    }

    /// - Parameters:
    ///   - wallSeconds: how long the sessions took here, all threads together.
    ///   - processorSeconds: how long on one core.
    func finished(wallSeconds: Double, processorSeconds: Double) -> CaseResult {
        var finished = result
        let count = Double(max(result.sessions, 1))
        finished.timeToDirect = timeToDirect.isEmpty ? nil : timeToDirect
        finished.pairs = pairs.values.sorted { ($0.first, $0.second) < ($1.first, $1.second) }
        finished.measures = [
            "oracle_plain_ice_rate": .rounded(Double(directByICE) / count),
            "oracle_any_method_rate": .rounded(Double(directByAny) / count),
            "direct_of_possible_rate": .rounded(directByAny == 0 ? 0 : Double(directOfPossible) / Double(directByAny)),
            "direct_against_oracle_sessions": .integer(directAgainstOracle), "split_sessions": .integer(split),
            "trace_hash": .string(Self.hexadecimal(traceHash)),
            "sessions_per_cpu_s": .rounded(count / max(processorSeconds, 1e-9)),
            "sessions_per_s": .rounded(count / max(wallSeconds, 1e-9)), "wall_s": .rounded(wallSeconds),
        ]
        return finished
    }

    static func hexadecimal(_ value: UInt64) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
