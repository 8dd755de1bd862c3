import WireFormat

/// What became of one session with faults.
package struct FaultOutcome: Sendable {
    package let seed: UInt64
    /// What was planned.
    package var plan = ""
    /// What was broken; none if all was well.
    package var failures: [String] = []
    /// How often each kind of fault was inflicted; of those of the lines and of attacks, how many packets.
    package var faults: [FaultKind: Int] = [:]
    /// How often an invariant was checked.
    package var checks = 0
    /// Sessions after the first: their viewer, or both, were started again.
    package var restarts = 0
    /// Files that went on where another session had left them.
    package var resumptions = 0
    /// From the last fault's end until all was in order again, in virtual milliseconds.
    package var restMilliseconds = 0.0
    package var bytesOnWire = 0
    package var nonces = 0
    /// The most that each table and queue had at any time, by its name, beside what it may have.
    package var peaks: [String: (count: Int, limit: Int)] = [:]
    package var traceHash: UInt64 = 0
    /// All that both programs said and what was inflicted, if it was asked for.
    package var journal: [(at: Instant, text: String)] = []
    /// Virtual seconds.
    package var seconds = 0.0
}
