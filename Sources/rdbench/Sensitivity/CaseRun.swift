/// One case's sessions on the population as it stands, for comparison with what a variation makes of them.
package struct CaseRun {
    package let drawn: [TrialPlan]
    package let outcomes: [SessionOutcome]
    private let runner: TrialRunner
    private let seed: UInt64
    private let progress: Progress

    package init(_ sensitivityCase: SensitivityCase, _ plans: [TrialPlan], seed: UInt64, progress: Progress) throws {
        runner = TrialRunner(sensitivityCase.populationCase, seed: seed)
        self.seed = seed
        self.progress = progress
        drawn = plans
        outcomes = try ParallelTrials(runner: runner, progress: progress).run(plans, seed: seed).map(\.outcome)
    }

    /// The outcomes of other plans for the same sessions. Those that this case cannot tell from its own are its own.
    package func rerun(with plans: [TrialPlan]) throws -> [SessionOutcome] {
        let changed = plans.indices.filter {
            runner.populationCase.plan(plans[$0]) != runner.populationCase.plan(drawn[$0])
        }
        let ended = try ParallelTrials(runner: runner, progress: progress).run(changed.map { plans[$0] }, seed: seed)
        var result = outcomes
        for (index, trial) in zip(changed, ended) { result[index] = trial.outcome }
        return result
    }
}
