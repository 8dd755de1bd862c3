import Foundation
import NetworkSimulator

/// Simulated sessions between networks drawn from a population, with each strategy on the same draws.
struct PopulationSuite {
    private static let sessionsByDefault = 2_000
    /// So that all assumptions are through in about two minutes.
    private static let sensitivitySessionsByDefault = 1_000

    let context: SuiteContext

    /// - Returns: the rows, and the same sessions through the relay and not, if both were run.
    func run() throws -> (results: [CaseResult], paired: PairedSessions?) {
        let population = try context.fixtures.population()
        var results: [CaseResult] = []
        var trials: [Strategy: [TrialResult]] = [:]
        for populationCase in cases {
            let (result, ended) = try run(populationCase, on: population)
            results.append(result)
            if populationCase.offer == .ipv4 { trials[populationCase.strategy] = ended }
        }
        results = results.map { result in
            result.compared(with: results.first { $0.name == Strategy.relayOnly.rawValue })
        }
        guard let relayed = trials[.relayOnly], let full = trials[.full] else { return (results, nil) }
        return (results, PairedSessions(relayed: relayed, full: full))
    }

    /// Varies each assumption of the population alone.
    func runSensitivity() throws -> SensitivityReport {
        try Sensitivity(
            population: try context.fixtures.population(), seed: context.seed,
            count: context.sessions ?? Self.sensitivitySessionsByDefault, progress: context.progress
        ).run()
    }

    /// Each strategy over IPv4; full with less and with more beside it.
    private var cases: [PopulationCase] {
        context.strategies.flatMap { strategy in
            let offers: [PopulationCase.Offer] = strategy == .full ? [.udpOverIPv4, .ipv4, .everything] : [.ipv4]
            return offers.map { PopulationCase(strategy: strategy, offer: $0) }
        }
    }

    private func run(
        _ populationCase: PopulationCase, on population: Population
    ) throws -> (result: CaseResult, trials: [TrialResult]) {
        let count = context.sessions ?? Self.sessionsByDefault
        let start = ProcessorClock.wallSeconds
        let processorStart = ProcessorClock.processNanoseconds
        let trials = ParallelTrials(
            runner: TrialRunner(populationCase, seed: context.seed), progress: context.progress)
        let plans = (0..<count).map { TrialPlan(population, seed: context.seed, index: $0) }
        let ended = try trials.run(plans, seed: context.seed)
        var tally = PopulationTally(populationCase, seed: context.seed)
        for trial in ended { tally.add(trial) }
        let result = tally.finished(
            wallSeconds: ProcessorClock.wallSeconds - start,
            processorSeconds: Double(ProcessorClock.processNanoseconds - processorStart) / 1e9)
        note(result)
        return (result, ended)
    }

    private func note(_ result: CaseResult) {
        let speed = result.measures["sessions_per_s"]?.double ?? 0
        let coreSpeed = result.measures["sessions_per_cpu_s"]?.double ?? 0
        let hash = result.measures["trace_hash"]?.text ?? ""
        context.progress.note(
            "population \(result.name): \(Figure.grouped(result.sessions)) sessions, \(Figure.short(speed)) a second, "
                + "\(Figure.short(coreSpeed)) a second of one core, trace hash \(hash)")
    }

    static var notes: [String] {
        [
            "population: direct is a session whose data goes from peer to peer when it is last seen; relayed is one whose "
                + "data still goes through a relay, over UDP or TCP, 10 s of virtual time after the viewer's request; failed "
                + "is one whose viewer never saw the whole screen. Pairs with UDP blocked on a side count as relayed, as in "
                + "published figures. RTT is the median of a session's round trips over its last path.",
            "population: direct of possible is the share of sessions that went direct among those for which an oracle that "
                + "knows both networks says that some method can; direct ms is the time to the first "
                + "direct path, of the sessions that found one. All times count from the viewer's request over its open "
                + "connection to the server: opening that, TCP and TLS, is in the rows of live, lab and processes alone.",
            "population: relay-only, plain-ice and full run over IPv4 on the same draws; full-udp-ipv4 asks no router for "
                + "a port; full-ipv6 adds IPv6 where both sides were drawn with it, and direct TCP. plain-ice is RFC 8445 with its own timing (Ta 50 ms, RTO 500 "
                + "ms), but for requests to servers and triggered checks, which leave at once as in the others. full asks gateways for ports and meets hard NATs: ports predicted where they come in sequence, else 256 "
                + "sockets on one side and up to 2,048 probes from the other, 500 packets a second, all ended by the first "
                + "direct path.",
        ]
    }
}
