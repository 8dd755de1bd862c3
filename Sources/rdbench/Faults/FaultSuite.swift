import NetworkSimulator
import Synchronization

/// Simulated sessions to which everything happens that can happen.
struct FaultSuite {
    private static let sessionsByDefault = 2_000
    /// A thread takes many seeds at a time, so that of a long run no more than so many figures are kept.
    private static let mostSlices: UInt64 = 200
    /// More failures than these have their seeds in the JSON alone.
    private static let mostTold = 20

    let context: SuiteContext

    /// - Returns: the row, and what is to be said of it; a failure of any session is one of the suite.
    func run() throws -> (results: [CaseResult], notes: [String], failures: [String]) {
        let population = try context.fixtures.population()
        let count = UInt64(context.sessions ?? Self.sessionsByDefault)
        let stride = (count + Self.mostSlices - 1) / Self.mostSlices
        let slices = (0..<(count + stride - 1) / stride).map { slice in
            (slice * stride..<min((slice + 1) * stride, count)).map { context.seed &+ $0 }
        }
        let told = Atomic(0)
        let start = ProcessorClock.wallSeconds
        let processorStart = ProcessorClock.processNanoseconds
        let parts = ParallelCases(name: "faults", progress: context.progress)
            .map(
                slices, with: {},
                doing: { seeds, _ in
                    var tally = FaultTally()
                    for seed in seeds {
                        let outcome = Self.play(seed, population, keepsJournal: count == 1)
                        tally.add(outcome)
                        // At once: a long run may be ended before its own end.
                        if !outcome.failures.isEmpty,
                            told.wrappingAdd(1, ordering: .relaxed).oldValue < Self.mostTold
                        {
                            context.progress.note(Self.text(outcome))
                        }
                    }
                    return tally
                })
        let tally = parts.reduce(into: FaultTally()) { $0.add($1) }
        let result = tally.result(
            seed: context.seed, wallSeconds: ProcessorClock.wallSeconds - start,
            processorSeconds: Double(ProcessorClock.processNanoseconds - processorStart) / 1e9)
        if count == 1 { for line in tally.failed.first?.journal ?? [] { context.progress.note(line.text) } }
        context.progress.note("faults: \(count) sessions, \(tally.failedSessions) failed")
        return ([result], Self.notes(on: tally), Self.failures(of: tally))
    }

    private static func failures(of tally: FaultTally) -> [String] {
        let more = tally.failedSessions - mostTold
        return tally.failed.prefix(mostTold).map(text)
            + (more > 0 ? ["faults: \(Figure.grouped(more)) sessions more; --json has the first seeds"] : [])
    }

    static func play(_ seed: UInt64, _ population: Population, keepsJournal: Bool = false) -> FaultOutcome {
        let plan = FaultPlan(seed: seed, population: population)
        do {
            return try FaultSession(plan, keepsJournal: keepsJournal).play()
        } catch {
            var outcome = FaultOutcome(seed: seed, plan: plan.text)
            outcome.failures = ["\(error)"]
            return outcome
        }
    }

    private static func text(_ outcome: FaultOutcome) -> String {
        "faults, seed \(outcome.seed): \(outcome.failures.joined(separator: "; ")). \(outcome.plan). Alone: "
            + "rdbench --suite faults --sessions 1 --seed \(outcome.seed)"
    }

    private static func notes(on tally: FaultTally) -> [String] {
        [
            "faults: whole sessions on bad lines, each with its own faults, several at once; checked at every step: nothing "
                + "readable on the wire, no key and nonce twice, inputs, texts and files as they went in, no session ended by what "
                + "ends no program, every table and queue within its limit; and at the end that everything has arrived and the "
                + "viewer's picture is the host's. One seed runs alone with rdbench --suite faults --sessions 1 --seed SEED.",
            "faults: the fullest tables and queues, of their limits: " + tally.fullest + ".",
        ]
    }
}
