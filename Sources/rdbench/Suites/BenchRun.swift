/// Runs the chosen suites one after the other.
struct BenchRun {
    private typealias Live = (outcome: SuiteOutcome, findings: LiveFindings, deaths: [ServerDeathTrial])
    private typealias Simulated = (results: [CaseResult], paired: PairedSessions?)

    let context: SuiteContext
    let suites: [Suite]

    /// What could be measured; a suite that fails is named in the report and the others go on.
    func run() throws -> Report {
        ChildRegistry.guardExits()
        if context.isSensitivityWanted { return runSensitivity() }
        let start = ProcessorClock.wallSeconds
        defer { ChildRegistry.killAll() }
        let scratch = try ScratchFolder()
        var report = Report(seed: context.seed)
        let live: Live? = attempt(.live, &report) { try LiveSuite(context: context).run(in: scratch) }
        let simulated: Simulated? = attempt(.population, &report) { try PopulationSuite(context: context).run() }
        // The servers that were killed have been back for long by now.
        var deaths: [LivePath: ServerDeath] = [:]
        for death in (live?.deaths ?? []).map({ $0.collect() }) { deaths[death.path] = death }
        if let simulated { add(simulated.results, PopulationSuite.notes, to: &report) }
        if let live { add(live.outcome, LiveSuite.notes, to: &report) }
        if let lab = attempt(.lab, &report, { try LabSuite(context: context).run(in: scratch) }) {
            report.laboratory = lab.reports
            add(lab.outcome, LabSuite.notes, to: &report)
        } else if !context.isByName {
            report.notes.append(LabSuite.hint)
        }
        let codec = CodecSuite(context: context)
        if let results = attempt(.codec, &report, { try codec.run() }) {
            add(results, codec.notes(on: results), to: &report)
        }
        if let (results, notes) = attempt(.handshake, &report, { try HandshakeSuite(context: context).run() }) {
            add(results, notes, to: &report)
        }
        if let (results, notes) = attempt(.ttff, &report, { try TTFFSuite(context: context).run() }) {
            add(results, notes, to: &report)
        }
        if let results = attempt(.transport, &report, { TransportSuite(context: context).run() }) {
            add(results, TransportSuite.notes, to: &report)
        }
        if let results = attempt(.transport, &report, { try KeySuite(context: context).run() }) {
            add(results, KeySuite.notes, to: &report)
        }
        runRealPaths(in: scratch, &report)
        if let views = attempt(.vnc, &report, { try VNCSuite(context: context).run(in: scratch) }) {
            add(views, VNCSuite.notes(context), to: &report)
        }
        if let relays = attempt(.relay, &report, { try RelaySuite(context: context).run(in: scratch) }) {
            add(relays, RelaySuite.notes, to: &report)
        }
        if let signaling = attempt(.signaling, &report, { try runSignaling(in: scratch) }) {
            add(signaling, context.signaling.isChurn ? ChurnSuite.notes : SignalingSuite.notes, to: &report)
        }
        if let files = attempt(.files, &report, { try FileSuite(context: context).run(in: scratch) }) {
            add(files, FileSuite.notes(context), to: &report)
        }
        if let faults = attempt(.faults, &report, { try FaultSuite(context: context).run() }) {
            add(faults.results, faults.notes, to: &report)
            report.failures += faults.failures
        }
        let privacy = attempt(.population, &report) { try PlaintextTrial(seed: context.seed).run() }
        report.comparison =
            Comparison(
                paired: simulated?.paired, live: live?.outcome.results ?? [], findings: live?.findings, deaths: deaths,
                privacy: privacy
            ).rows
        report.wallSeconds = ProcessorClock.wallSeconds - start
        return report
    }

    /// Processes over a link that this program carries, where it may build one and somebody asked for their suite by name.
    private func runRealPaths(in scratch: ScratchFolder, _ report: inout Report) {
        guard context.isByName, let suite = [Suite.ttff, .transport].first(where: suites.contains) else {
            return
        }
        if let problem = context.linkProblem {
            report.notes.append(
                "ttff, transport: no rows of processes, for there can be no link with delay. \(problem)")
            return
        }
        let real = RealPathSuite(
            context: context, isStartWanted: suites.contains(.ttff), isRoundTripWanted: suites.contains(.transport))
        if let processes = attempt(suite, &report, { try real.run(in: scratch) }) {
            add(processes, RealPathSuite.notes, to: &report)
        }
    }

    private func runSignaling(in scratch: ScratchFolder) throws -> SuiteOutcome {
        try context.signaling.isChurn
            ? ChurnSuite(context: context).run(in: scratch) : SignalingSuite(context: context).run(in: scratch)
    }

    private func runSensitivity() -> Report {
        let start = ProcessorClock.wallSeconds
        var report = Report(seed: context.seed)
        report.sensitivity = attempt(.population, &report) { try PopulationSuite(context: context).runSensitivity() }
        if let sensitivity = report.sensitivity { report.notes.append(sensitivity.note) }
        report.wallSeconds = ProcessorClock.wallSeconds - start
        return report
    }

    private func add(_ outcome: SuiteOutcome, _ notes: [String], to report: inout Report) {
        add(outcome.results, notes, to: &report)
        report.failures += outcome.failures
    }

    private func add(_ results: [CaseResult], _ notes: [String], to report: inout Report) {
        report.results += results
        report.notes += notes
    }

    private func attempt<Outcome>(_ suite: Suite, _ report: inout Report, _ body: () throws -> Outcome) -> Outcome? {
        guard suites.contains(suite) else { return nil }
        do {
            return try body()
        } catch {
            report.failures.append("\(suite.rawValue): \(error)")
            context.progress.note("\(suite.rawValue): \(error)")
            return nil
        }
    }
}
