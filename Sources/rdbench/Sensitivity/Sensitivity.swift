import NetworkSimulator

/// How far the rates move when what nobody has measured is otherwise: each assumption of the population varied alone.
///
/// Only sessions whose surroundings a variation changes are run again; all others would end as they did.
struct Sensitivity {
    let population: Population
    let seed: UInt64
    let count: Int
    let progress: Progress

    func run() throws -> SensitivityReport {
        let base = plans(of: population)
        var bases: [CaseRun] = []
        for sensitivityCase in SensitivityCase.allCases {
            bases.append(try CaseRun(sensitivityCase, base, seed: seed, progress: progress))
        }
        let baseline = SensitivityRow(
            assumption: nil, factor: 1, changedShare: 0,
            outcomes: bases.map { SensitivityOutcome($0.outcomes, base: $0.outcomes) })
        var rows: [SensitivityRow] = []
        for variation in population.variations {
            for factor in [variation.low, variation.high] where factor != 1 {
                rows.append(try row(variation, factor, bases))
                progress.note("sensitivity: \(rows[rows.count - 1].summary)")
            }
        }
        return SensitivityReport(sessions: count, seed: seed, baseline: baseline, rows: rows)
    }

    private func plans(of population: Population) -> [TrialPlan] {
        (0..<count).map { TrialPlan(population, seed: seed, index: $0) }
    }

    private func row(
        _ variation: PopulationVariation, _ factor: Double, _ bases: [CaseRun]
    ) throws -> SensitivityRow {
        let varied = plans(of: population.varied(variation, by: factor))
        let changed = zip(varied, bases[0].drawn).count { $0 != $1 }
        let outcomes = try bases.map { base in
            SensitivityOutcome(try base.rerun(with: varied), base: base.outcomes)
        }
        return SensitivityRow(
            assumption: variation.label, factor: factor,
            changedShare: Double(changed) / Double(max(count, 1)), outcomes: outcomes)
    }
}
