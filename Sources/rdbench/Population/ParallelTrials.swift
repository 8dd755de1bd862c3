/// Runs the sessions of one case on several threads.
struct ParallelTrials {
    let runner: TrialRunner
    let progress: Progress

    /// - Parameter seed: what the hosts' registration is drawn from.
    func run(_ plans: [TrialPlan], seed: UInt64) throws -> [TrialResult] {
        let cases = ParallelCases(name: "population \(runner.populationCase.name)", progress: progress)
        let results = cases.map(
            plans, with: { runner.makeHosts(seed: seed) },
            doing: { plan, hosts in
                Result { try runner.run(plan, visiting: hosts) }
            })
        return try results.map { try $0.get() }
    }
}
