/// Runs the chosen suites one after the other.
struct BenchRun {
    let context: SuiteContext
    let suites: [Suite]

    func run() throws -> Report {
        let start = ProcessorClock.wallSeconds
        defer { ChildRegistry.killAll() }
        let scratch = try ScratchFolder()
        var report = Report(seed: context.seed)
        let live = suites.contains(.live) ? try LiveSuite(context: context).run(in: scratch) : nil
        let population = suites.contains(.population) ? try PopulationSuite(context: context).run() : nil
        // The killed servers are back for long by now.
        var deaths: [LivePath: ServerDeath] = [:]
        for death in (live?.deaths ?? []).map({ $0.collect() }) { deaths[death.path] = death }
        if let population {
            report.results += population.results
            report.notes += PopulationSuite.notes
        }
        if let live {
            report.results += live.results
            report.notes += LiveSuite.notes
        }
        if suites.contains(.codec) {
            let codec = CodecSuite(context: context)
            report.results += try codec.run()
            report.notes += codec.notes
        }
        report.comparison =
            Comparison(
                paired: population?.paired, live: live?.results ?? [], findings: live?.findings, deaths: deaths,
                privacy: suites.contains(.population) ? try PlaintextTrial(seed: context.seed).run() : nil
            ).rows
        report.wallSeconds = ProcessorClock.wallSeconds - start
        return report
    }
}
