import ICE
import NetworkSimulator
import PeerSession
import Testing
import WireFormat
import rdbench

/// Sessions between all kinds of NATs, with everything that agents do about hard ones.
@Suite struct HardNATSessionTests {
    /// A chain of NATs by name.
    struct Surroundings: CustomTestStringConvertible, Sendable {
        let name: String
        let gateways: [GatewayRules]

        var testDescription: String { name }

        var draw: PopulationDraw {
            var draw = Fixture.side([], delay: .milliseconds(15))
            draw.side.gateways = gateways
            return draw
        }
    }

    private static func nat(
        _ mapping: MappingBehavior, _ filtering: FilteringBehavior, _ assignment: PortAssignment
    ) -> TranslationRules {
        TranslationRules(mapping: mapping, filtering: filtering, assignment: assignment, lifetime: .seconds(30))
    }

    static let easy: [Surroundings] = [
        Surroundings(name: "open", gateways: []),
        Surroundings(name: "firewalled", gateways: [.firewall(.stateful)]),
        Surroundings(name: "full cone", gateways: [.nat(nat(.endpointIndependent, .endpointIndependent, .random))]),
        Surroundings(
            name: "address-restricted", gateways: [.nat(nat(.endpointIndependent, .addressDependent, .preserving))]),
        Surroundings(
            name: "port-restricted",
            gateways: [.nat(nat(.endpointIndependent, .addressAndPortDependent, .preserving))]),
        Surroundings(
            name: "port-restricted, sequential",
            gateways: [.nat(nat(.endpointIndependent, .addressAndPortDependent, .sequential(step: 1)))]),
        Surroundings(
            name: "port-restricted behind port-restricted", gateways: [.nat(.portRestricted), .nat(.portRestricted)]),
    ]

    static let hard: [Surroundings] = [
        Surroundings(name: "random", gateways: [.nat(.symmetric)]),
        Surroundings(
            name: "random, open to all",
            gateways: [.nat(nat(.addressAndPortDependent, .endpointIndependent, .random))]),
        Surroundings(name: "sequential", gateways: [.nat(.symmetricSequential)]),
        Surroundings(
            name: "sequential by four",
            gateways: [.nat(nat(.addressAndPortDependent, .addressAndPortDependent, .sequential(step: 4)))]),
        Surroundings(
            name: "preserving", gateways: [.nat(nat(.addressAndPortDependent, .addressAndPortDependent, .preserving))]),
        Surroundings(name: "port-restricted behind random", gateways: [.nat(.portRestricted), .nat(.symmetric)]),
        Surroundings(
            name: "port-restricted behind sequential", gateways: [.nat(.portRestricted), .nat(.symmetricSequential)]),
        Surroundings(name: "random behind full cone", gateways: [.nat(.symmetric), .nat(.fullCone)]),
        Surroundings(
            name: "sequential behind a random cone",
            gateways: [
                .nat(.symmetricSequential), .nat(nat(.endpointIndependent, .endpointIndependent, .random)),
            ]),
        Surroundings(
            name: "random behind sequential", gateways: [.nat(.symmetric), .nat(.symmetricSequential)]),
    ]

    /// What a host sent to the other one's address, apart from the path that was found.
    private final class Outgoing {
        var instants: [Instant] = []
        var ports: Set<UInt16> = []
        var sources: Set<UInt16> = []
    }

    private struct Outcome {
        var isDirect = false
        var isSplit = false
        var directAt: Instant?
        var outgoing: [Outgoing] = []
        var traceHash: UInt64 = 0
    }

    private func play(
        _ host: Surroundings, _ viewer: Surroundings, seed: UInt64, policy: Agent.Policy = .all,
        for duration: Interval = .seconds(12)
    ) throws -> Outcome {
        var configuration = SessionConfiguration()
        configuration.policy = policy
        var trial = try SessionTrial(
            seed: seed, host: host.draw, viewer: viewer.draw, identities: Fixture.identities,
            configuration: configuration, mapsPorts: false)
        var outcome = Outcome()
        for (own, other) in [(trial.hostHost, IPAddress.v4(0x1700_0002)), (trial.viewerHost, .v4(0x1700_0001))] {
            let outgoing = Outgoing()
            outcome.outgoing.append(outgoing)
            trial.simulator.network.watch(own) { _, passage, now in
                guard case .datagramOut(let path) = passage, path.remote.ip == other else { return }
                outgoing.instants.append(now)
                outgoing.ports.insert(path.remote.port)
                outgoing.sources.insert(path.local.port)
            }
        }
        let party = trial.viewer
        let start = SessionTrial.warmUp
        _ = trial.simulator.run(until: start + duration) { _, _ in party.peer.session.figures.directPath != nil }
        outcome.directAt = party.peer.session.figures.directPath.map { start + $0 }
        trial.simulator.run(until: trial.simulator.now + .milliseconds(500))
        let ends = [trial.host.peer.session?.selectedPair, trial.viewer.peer.session.selectedPair]
        outcome.isDirect = ends.allSatisfy { $0.map { !$0.isRelayed } ?? false }
        outcome.isSplit = ends[0]?.isRelayed != ends[1]?.isRelayed
        outcome.traceHash = trial.simulator.network.traceHash
        return outcome
    }

    /// Whoever is on either side: direct exactly where the oracle says that it is possible, and within the limits.
    @Test(arguments: easy + hard, hard)
    func `sessions go direct exactly where that is possible, within the limits`(
        host: Surroundings, viewer: Surroundings
    ) throws {
        let isPossible = DirectPathOracle.anyMethod(host.draw.side, viewer.draw.side)
        for seed in 1...(isPossible ? 3 : 1) as ClosedRange<UInt64> {
            let outcome = try play(host, viewer, seed: seed)
            #expect(outcome.isDirect == isPossible, "seed \(seed)")
            #expect(!outcome.isSplit, "seed \(seed)")
            for outgoing in outcome.outgoing { expectLimits(outgoing, directAt: outcome.directAt, isRated: isPossible) }
        }
    }

    /// - Parameter isRated: where nothing is possible, ordinary checks alone may be more: each of theirs that comes from yet
    ///   another port triggers one of ours to there.
    private func expectLimits(_ outgoing: Outgoing, directAt: Instant?, isRated: Bool) {
        let settings = Agent.HardNAT()
        #expect(outgoing.ports.count <= settings.probes + settings.predictionWindow + 64)
        #expect(outgoing.sources.count <= settings.sockets + settings.predictedSockets * 2 * 3 + 8)
        guard isRated else { return }
        let times = outgoing.instants
        // Data and ordinary checks come on top, but not before the path is direct.
        let beforeDirect = times.filter { $0 < directAt ?? .distantFuture }
        for (index, first) in beforeDirect.enumerated() {
            let last = index + settings.packetsPerSecond / 10 + 25
            guard last < beforeDirect.count else { break }
            #expect(beforeDirect[last] - first > .milliseconds(100), "more than 500 a second and 20 checks")
        }
    }

    @Test(arguments: zip([hard[0], hard[2]], [easy[4], hard[2]]))
    func `nothing more is sent to other ports once a path is direct`(
        host: Surroundings, viewer: Surroundings
    ) throws {
        for seed in 1...6 as ClosedRange<UInt64> {
            let short = try play(host, viewer, seed: seed)
            #expect(short.isDirect)
            let directAt = try #require(short.directAt)
            // Long after the end of every attempt there is nothing new: each side stopped with the first path.
            for outgoing in short.outgoing {
                let late = outgoing.instants.filter { $0 > directAt + .milliseconds(200) }
                #expect(late.count < 60, "checks of the path itself, and data")
            }
        }
    }

    @Test(arguments: [Agent.Policy.relayOnly])
    func `a session that hides addresses never sends to the other's`(policy: Agent.Policy) throws {
        let outcome = try play(Self.hard[0], Self.easy[4], seed: 1, policy: policy)
        #expect(!outcome.isDirect)
        for outgoing in outcome.outgoing { #expect(outgoing.instants.isEmpty) }
    }

    @Test(arguments: zip([hard[0], hard[2], easy[4]], [easy[4], hard[2], hard[5]]))
    func `one seed gives one campaign`(host: Surroundings, viewer: Surroundings) throws {
        let hashes = try [7, 7, 8].map { try play(host, viewer, seed: $0).traceHash }
        #expect(hashes[0] == hashes[1])
        #expect(hashes[0] != hashes[2])
    }

    /// Nobody can see a mapping by address from one address: after two seconds both sides suspect it.
    @Test(arguments: [PortAssignment.random, .sequential(step: 1)])
    func `a mapping by address that nobody could see is met too`(assignment: PortAssignment) throws {
        let sneaky = Surroundings(
            name: "by address", gateways: [.nat(Self.nat(.addressDependent, .addressAndPortDependent, assignment))])
        for (host, viewer) in [(sneaky, Self.easy[4]), (Self.easy[4], sneaky)] {
            let outcome = try play(host, viewer, seed: 5, for: .seconds(25))
            #expect(outcome.isDirect)
        }
    }
}
