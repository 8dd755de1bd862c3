/// One row of the results: a suite's case and what was measured of it.
package struct CaseResult: Sendable {
    package var suite: Suite
    package var name: String
    /// How many sessions were run; 0 where a case has none.
    package var sessions = 0
    package var seed: UInt64
    package var outcomes: OutcomeCounts?
    /// Milliseconds.
    package var rtt: Distribution?
    /// Milliseconds to the first picture of the whole screen. This and what follows counts from the viewer's start, the
    /// connection to the server included; in simulated sessions it is open then.
    package var timeToFirstFrame: Distribution?
    /// Milliseconds to the first exact picture.
    package var timeToSharpFrame: Distribution?
    /// Milliseconds to the first path that worked.
    package var setup: Distribution?
    /// Milliseconds to the first direct path.
    package var timeToDirect: Distribution?
    package var codec: CodecFigures?
    /// What else the suite measured, named with its unit.
    package var measures: [String: JSONValue] = [:]
    /// The outcome for each pair of networks, for the matrix.
    package var pairs: [PairOutcome] = []

    package init(suite: Suite, name: String, seed: UInt64) {
        self.suite = suite
        self.name = name
        self.seed = seed
    }

    /// The result with its time to the first path held against that of another: nobody should wait for a direct path.
    func compared(with relayOnly: CaseResult?) -> CaseResult {
        guard let relayOnly, relayOnly.name != name, let own = setup?.percentile(95),
            let other = relayOnly.setup?.percentile(95), other > 0
        else { return self }
        var result = self
        result.measures["setup_p95_of_relay_only"] = .rounded(own / other)
        return result
    }

    /// The result in the schema `rdbench/1`.
    package var json: JSONValue {
        var members = measures
        members["suite"] = .string(suite.rawValue)
        members["case"] = .string(name)
        members["sessions"] = .integer(sessions)
        // A seed may use all 64 bits, more than readers of JSON take for a whole number.
        members["seed"] = seed <= 1 << 53 ? .integer(Int(seed)) : .string(String(seed))
        if let outcomes {
            members["direct_rate"] = .rounded(outcomes.rate(.direct))
            members["relay_rate"] = .rounded(outcomes.rate(.relayed))
            members["failure_rate"] = .rounded(outcomes.rate(.failed))
        }
        members["rtt_ms"] = rtt?.json
        members["ttff_ms"] = timeToFirstFrame?.json
        members["sharp_ms"] = timeToSharpFrame?.json
        members["setup_ms"] = setup?.json
        members["direct_ms"] = timeToDirect?.json
        if !pairs.isEmpty { members["pairs"] = .array(pairs.map(\.json)) }
        if let codec { members.merge(codec.json) { _, new in new } }
        return .object(members)
    }
}
