/// What allocations cost a relay: memory of the process, and its processor time.
struct AllocationMeter {
    /// Of one relay, for a number of allocations.
    struct Figures {
        let allocations: Int
        /// Beyond what the process had with a single one.
        let residentBytesEach: Double
        let processorMicrosecondsEach: Double
    }

    let stages: [RelayStage]

    /// - Parameter counts: rising numbers of allocations.
    /// - Returns: for each relay, its figures at each of the numbers.
    func measure(_ counts: [Int]) throws -> [[Figures]] {
        var figures = stages.map { _ in [Figures]() }
        let idle = stages.map(\.program.residentBytes)
        var before = 1
        for count in counts {
            for (index, stage) in stages.enumerated() {
                let start = stage.program.usage.processorMilliseconds
                try stage.allocate(count)
                let used = stage.program.usage.processorMilliseconds - start
                let bytes = stage.program.residentBytes - idle[index]
                figures[index].append(
                    Figures(
                        allocations: count, residentBytesEach: Double(bytes) / Double(count - 1),
                        processorMicrosecondsEach: used * 1_000 / Double(count - before)))
            }
            before = count
        }
        return figures
    }
}
