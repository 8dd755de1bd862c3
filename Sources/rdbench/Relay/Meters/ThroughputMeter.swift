/// Processor time of relays for what they deliver, slice by slice in turn.
package struct ThroughputMeter {
    /// What one relay did in all its slices.
    package struct Figures {
        /// Microseconds for a delivered packet, slice by slice.
        package var cpu = Distribution()
        package var packetsPerSecond = Distribution()
        package var sent = 0
        package var delivered = 0
        package var lost = 0
        package var misdelivered = 0

        package init() {}

        package var loss: Double { sent > 0 ? Double(lost) / Double(sent) : 0 }
    }

    private static let warmUpSeconds = 0.02

    let stages: [RelayStage]
    let slices: Int
    let sliceSeconds: Double

    /// - Returns: each relay's figures, and the first one's processor time through that of each, slice by slice.
    func measure(_ shape: RelayShape) -> (figures: [Figures], ratios: [Distribution]) {
        var figures = stages.map { _ in Figures() }
        var ratios = stages.map { _ in Distribution() }
        let traffic = stages.map { $0.traffic(shape) }
        for slice in 0..<slices {
            var costs = stages.map { _ in 0.0 }
            // Whoever is first in one slice is last in the next.
            let order = slice % 2 == 0 ? Array(stages.indices) : stages.indices.reversed()
            for index in order {
                _ = traffic[index].run(seconds: Self.warmUpSeconds)
                let before = stages[index].program.usage.processorMilliseconds
                let count = traffic[index].run(seconds: sliceSeconds)
                let used = stages[index].program.usage.processorMilliseconds - before
                figures[index].add(count, processorMilliseconds: used)
                costs[index] = used / Double(max(1, count.delivered))
            }
            for index in stages.indices where costs[index] > 0 { ratios[index].record(costs[0] / costs[index]) }
        }
        return (figures, ratios)
    }
}

extension ThroughputMeter.Figures {
    package mutating func add(_ count: RelayTraffic.Count, processorMilliseconds: Double) {
        delivered += count.delivered
        lost += count.lost
        misdelivered += count.misdelivered
        sent += count.delivered + count.lost
        guard count.delivered > 0, count.seconds > 0 else { return }
        cpu.record(processorMilliseconds * 1_000 / Double(count.delivered))
        packetsPerSecond.record(Double(count.delivered) / count.seconds)
    }
}
