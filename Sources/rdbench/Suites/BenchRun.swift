/// Runs the chosen suites one after the other.
struct BenchRun {
    let context: SuiteContext
    let suites: [Suite]

    func run() throws -> Report {
        let start = ProcessorClock.wallSeconds
        var report = Report(seed: context.seed)
        if suites.contains(.population) {
            let (results, notes) = try PopulationSuite(context: context).run()
            report.results += results
            report.notes += notes
        }
        if suites.contains(.codec) {
            let (results, notes) = try CodecSuite(context: context).run()
            report.results += results
            report.notes += notes
        }
        report.wallSeconds = ProcessorClock.wallSeconds - start
        return report
    }
}
