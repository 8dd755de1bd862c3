import NetworkSimulator
import PeerSession
import WireFormat

/// What a session with faults is like and what happens to it, all of it drawn from a seed.
package struct FaultPlan: Sendable {
    package enum Side: Sendable { case host, viewer }

    /// Something that happens, once it is its time.
    package enum Trouble: Sendable {
        case attack(FaultKind, lasts: Interval)
        /// The gateway is one of those of both sides.
        case rebinding(gateway: Int)
        case outerAddress(Side)
        case address(Side)
        case relayDeath
        case serverDeath(lasts: Interval)
        case sleep(Side, lasts: Interval, clockRuns: Bool)
        case clockJump(Side, Interval)
        /// Somebody is told when it is over, or nobody.
        case outage(Side, lasts: Interval, isTold: Bool)
        /// The program of one side is gone for a while.
        case restart(Side, lasts: Interval, isPowerLost: Bool)
    }

    /// What is otherwise than usual.
    package enum Variation: String, Sendable {
        case usual
        /// The peers try direct connections over TCP where UDP brings no direct path.
        case tcp = "TCP"
        /// The viewer goes to the host's own address, without a server.
        case pathAlone = "the path alone"
    }

    package struct Planned: Sendable {
        let at: Interval
        let trouble: Trouble

        package init(at: Interval, _ trouble: Trouble) {
            self.at = at
            self.trouble = trouble
        }
    }

    package let seed: UInt64
    let access: LiveSession.Access
    let isRelayOnly: Bool
    let variation: Variation
    let host: PopulationDraw
    let viewer: PopulationDraw
    /// In the order of their times, from the viewer's start.
    let troubles: [Planned]
    /// From then on nothing more goes wrong.
    let duration: Interval
    /// The bytes of the file that goes to the host, and of the one that comes from there.
    let fileBytes: (toHost: Int, fromHost: Int)
    /// What the lines do to packets.
    let lineFaults: Set<FaultKind>

    /// - Parameter variation: nil draws it from the seed.
    package init(seed: UInt64, population: Population, variation: Variation? = nil) {
        let variation = variation ?? Self.drawVariation(seed)
        var random = SeededRandom(seed: (seed, 0xFA17, 1, 0))
        var (host, viewer) = (population.draw(using: &random), population.draw(using: &random))
        if variation == .pathAlone { Self.meet(&host, &viewer) }
        var lineFaults: Set<FaultKind> = []
        Self.spoil(&host.link, &lineFaults, &random)
        Self.spoil(&viewer.link, &lineFaults, &random)
        self.seed = seed
        self.host = host
        self.viewer = viewer
        self.lineFaults = lineFaults
        let (isWithCode, isRelayOnly) = (random.next() % 3 == 0, random.next() % 5 == 0)
        access = variation == .pathAlone ? .hostsAddress : isWithCode ? .code : .pinnedKeys
        self.isRelayOnly = isRelayOnly && variation != .pathAlone
        self.variation = variation
        duration = .milliseconds(Int64.random(in: 1_200...3_500, using: &random))
        fileBytes = (Int.random(in: 0...40_000, using: &random), Int.random(in: 1...40_000, using: &random))
        var troubles: [Planned] = []
        for _ in 0..<Int.random(in: 1...5, using: &random) {
            let at = Interval(nanoseconds: Int64.random(in: 0..<duration.nanoseconds, using: &random))
            var trouble = Self.trouble(host, viewer, &random)
            // Where the viewer goes, the host stays.
            if variation == .pathAlone, case .address(.host) = trouble { trouble = .address(.viewer) }
            troubles.append(Planned(at: at, trouble))
        }
        self.troubles = troubles.sorted { $0.at < $1.at }
    }

    /// A plan in which nothing is drawn.
    package init(
        seed: UInt64, host: PopulationDraw, viewer: PopulationDraw, access: LiveSession.Access, isRelayOnly: Bool,
        troubles: [Planned], duration: Interval
    ) {
        self.seed = seed
        self.host = host
        self.viewer = viewer
        self.access = access
        self.isRelayOnly = isRelayOnly
        self.troubles = troubles
        self.duration = duration
        variation = .usual
        fileBytes = (1_000, 1_000)
        lineFaults = []
    }

    /// Drawn apart, so that the rest of a plan does not depend on it.
    private static func drawVariation(_ seed: UInt64) -> Variation {
        var random = SeededRandom(seed: (seed, 0xFA17, 3, 0))
        return switch random.next() % 8 {
        case 0, 1: .tcp
        case 2: .pathAlone
        default: .usual
        }
    }

    /// On the path alone the host is at an address that everyone reaches, and the viewer where UDP passes.
    private static func meet(_ host: inout PopulationDraw, _ viewer: inout PopulationDraw) {
        host = PopulationDraw(place: "open", side: NetworkSide(), link: host.link)
        if ["udp-blocked", "web-only"].contains(viewer.place) {
            viewer = PopulationDraw(place: "open", side: NetworkSide(), link: viewer.link)
        }
    }

    /// Half of the lines are good ones; the others have some of it.
    private static func spoil(
        _ link: inout AccessLink, _ faults: inout Set<FaultKind>, _ random: inout SeededRandom
    ) {
        guard random.next() % 2 == 0 else { return }
        let chosen = [FaultKind.loss, .duplication, .reordering, .corruption].filter { _ in random.next() % 2 == 0 }
        faults.formUnion(chosen)
        for way in [\AccessLink.up, \AccessLink.down] {
            for fault in chosen { spoil(&link[keyPath: way], fault, &random) }
        }
    }

    private static func spoil(
        _ line: inout LinkConditions, _ fault: FaultKind, _ random: inout SeededRandom
    ) {
        switch fault {
        case .loss: line.loss = .bernoulli(Double.random(in: 0...0.2, using: &random))
        case .duplication: line.duplication = Double.random(in: 0...0.2, using: &random)
        case .reordering:
            line.reordering = Double.random(in: 0...0.2, using: &random)
            line.reorderingDelay = .milliseconds(Int64.random(in: 1...40, using: &random))
        case .corruption: line.corruption = Double.random(in: 0...0.1, using: &random)
        default: break
        }
    }

    private static func trouble(
        _ host: PopulationDraw, _ viewer: PopulationDraw, _ random: inout SeededRandom
    ) -> Trouble {
        let side: Side = random.next() % 2 == 0 ? .host : .viewer
        let gateways = host.side.gateways.count + viewer.side.gateways.count
        switch random.next() % 13 {
        case 0: return .attack(.replay, lasts: short(&random))
        case 1: return .attack(.forgery, lasts: short(&random))
        case 2 where gateways > 0: return .rebinding(gateway: Int.random(in: 0..<gateways, using: &random))
        case 3 where (side == .host ? host : viewer).side.gateways.last?.translation != nil:
            return .outerAddress(side)
        case 2, 3, 4: return .address(side)
        case 5: return .relayDeath
        case 6: return .serverDeath(lasts: short(&random))
        case 7: return .sleep(side, lasts: long(&random), clockRuns: true)
        case 8: return .sleep(side, lasts: long(&random), clockRuns: false)
        case 9: return .clockJump(side, long(&random))
        case 10: return .outage(side, lasts: long(&random), isTold: random.next() % 2 == 0)
        case 11: return .restart(.host, lasts: short(&random), isPowerLost: random.next() % 4 == 0)
        default: return .restart(.viewer, lasts: short(&random), isPowerLost: random.next() % 4 == 0)
        }
    }

    private static func short(_ random: inout SeededRandom) -> Interval {
        .milliseconds(Int64.random(in: 10...1_500, using: &random))
    }

    /// Mostly short; some are longer than a path without a word lasts.
    private static func long(_ random: inout SeededRandom) -> Interval {
        random.next() % 8 == 0 ? .milliseconds(Int64.random(in: 1_500...20_000, using: &random)) : short(&random)
    }

    /// What happens in this session.
    package var kinds: Set<FaultKind> { lineFaults.union(troubles.map(\.trouble.kind)) }

    /// For whoever reads of a session that failed.
    package var text: String {
        let lines = lineFaults.map(\.rawValue).sorted().joined(separator: ", ")
        return "\(host.place) and \(viewer.place), \(isRelayOnly ? "relayed, " : "")"
            + (variation == .usual ? "" : "\(variation.rawValue), ") + (access == .code ? "a code" : "pinned keys")
            + (lines.isEmpty ? "" : "; lines with \(lines)")
            + troubles.map { "; after \(Int($0.at.milliseconds)) ms \($0.trouble.text)" }.joined()
            + "; healed after \(Int(duration.milliseconds)) ms"
    }
}

extension FaultPlan.Trouble {
    var kind: FaultKind {
        switch self {
        case .attack(let kind, _): kind
        case .rebinding: .rebinding
        case .outerAddress: .outerAddress
        case .address: .address
        case .relayDeath: .relayDeath
        case .serverDeath: .serverDeath
        case .sleep(_, _, let clockRuns): clockRuns ? .sleep : .freeze
        case .clockJump: .clockJump
        case .outage: .outage
        case .restart(.host, _, _): .hostRestart
        case .restart(.viewer, _, _): .viewerRestart
        }
    }

    var text: String {
        switch self {
        case .attack(_, let lasts), .serverDeath(let lasts): "\(kind.rawValue) for \(Int(lasts.milliseconds)) ms"
        case .sleep(let side, let lasts, _), .outage(let side, let lasts, _), .clockJump(let side, let lasts):
            "\(kind.rawValue) of the \(side), \(Int(lasts.milliseconds)) ms"
        case .restart(_, let lasts, let isPowerLost):
            "\(kind.rawValue) in \(Int(lasts.milliseconds)) ms\(isPowerLost ? ", without power" : "")"
        case .outerAddress(let side), .address(let side): "\(kind.rawValue) of the \(side)"
        case .rebinding(let gateway): "\(kind.rawValue) of NAT \(gateway)"
        case .relayDeath: kind.rawValue
        }
    }
}
