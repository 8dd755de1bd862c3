import NetworkSimulator
import WireFormat

/// The surroundings of one simulated session: the same for every strategy.
struct TrialPlan: Sendable {
    let seed: UInt64
    let host: PopulationDraw
    let viewer: PopulationDraw

    /// - Parameter index: the session's number in its run; each has draws of its own, whatever runs beside it.
    init(_ population: Population, seed: UInt64, index: Int) {
        var random = SeededRandom(seed: (seed, UInt64(index), 0, 0))
        host = population.draw(using: &random)
        viewer = population.draw(using: &random)
        self.seed = random.next()
    }

    private init(seed: UInt64, host: PopulationDraw, viewer: PopulationDraw) {
        self.seed = seed
        self.host = host
        self.viewer = viewer
    }

    /// The same surroundings without IPv6.
    var overIPv4: TrialPlan {
        var plan = (host: host, viewer: viewer)
        plan.host.side.hasIPv6 = false
        plan.viewer.side.hasIPv6 = false
        return TrialPlan(seed: seed, host: plan.host, viewer: plan.viewer)
    }

    /// Whether ICE alone can find a direct UDP path.
    func isDirectByICE(usingIPv6: Bool) -> Bool {
        DirectPathOracle.plainICE(host.side, viewer.side, families: usingIPv6 ? [.ipv4, .ipv6] : .ipv4)
    }

    /// Whether any method can.
    func isDirectByAny(usingIPv6: Bool) -> Bool {
        DirectPathOracle.anyMethod(
            host.side, viewer.side, families: usingIPv6 ? [.ipv4, .ipv6] : .ipv4, usingPortMapping: true)
    }
}
