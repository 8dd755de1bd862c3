import NetworkSimulator
import WireFormat

/// The surroundings of one simulated session: the same for every strategy.
package struct TrialPlan: Hashable, Sendable {
    let seed: UInt64
    let host: PopulationDraw
    let viewer: PopulationDraw

    /// - Parameter index: the session's number in its run; each has draws of its own, whatever runs beside it.
    package init(_ population: Population, seed: UInt64, index: Int) {
        var random = SeededRandom(seed: (seed, UInt64(index), 0, 0))
        self.seed = random.next()
        // Each from a source of its own: where a variation of the population changes one, the other stays.
        var hostRandom = random.fork()
        host = population.draw(using: &hostRandom)
        var viewerRandom = random.fork()
        viewer = population.draw(using: &viewerRandom)
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
    func isDirectByICE(with offer: PopulationCase.Offer) -> Bool {
        DirectPathOracle.plainICE(host.side, viewer.side, families: Self.families(offer))
    }

    /// Whether any method can.
    func isDirectByAny(with offer: PopulationCase.Offer) -> Bool {
        DirectPathOracle.anyMethod(
            host.side, viewer.side, families: Self.families(offer), usingPortMapping: offer != .udpOverIPv4,
            usingTCP: offer == .everything)
    }

    private static func families(_ offer: PopulationCase.Offer) -> DirectPathOracle.Families {
        offer == .everything ? [.ipv4, .ipv6] : .ipv4
    }
}
