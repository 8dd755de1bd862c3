import NetworkSimulator
import PeerSession
import Testing
import WireFormat
import rdbench

/// Sessions whose networks pass no UDP straight, and maybe TCP.
@Suite struct TCPSessionTests {
    /// One side: its gateways, the host's own first.
    struct Place: CustomTestStringConvertible {
        let testDescription: String
        let gateways: [GatewayRules]

        var draw: PopulationDraw {
            var draw = Fixture.side([])
            draw.side.gateways = gateways
            return draw
        }
    }

    static let blocked = Place(testDescription: "UDP blocked", gateways: [.firewall(.udpBlocked)])
    static let blockedAtHome = Place(
        testDescription: "UDP blocked behind a NAT", gateways: [.nat(.portRestricted), .firewall(.udpBlocked)])
    static let places = [
        blocked, blockedAtHome, Place(testDescription: "open", gateways: []),
        Place(testDescription: "port-restricted NAT", gateways: [.nat(.portRestricted)]),
        Place(testDescription: "symmetric NAT", gateways: [.nat(.symmetric)]),
        Place(testDescription: "web only", gateways: [.firewall(.webOnly)]),
    ]

    private func run(_ host: Place, _ viewer: Place, seed: UInt64 = 3) throws -> SessionTrial {
        var trial = try SessionTrial(
            seed: seed, host: host.draw, viewer: viewer.draw, identities: Fixture.identities, mapsPorts: false)
        trial.simulator.run(until: SessionTrial.warmUp + .seconds(8))
        return trial
    }

    /// Where the oracle says that TCP meets, the session goes over it; where not, it stays on the relay. It has its
    /// picture long before.
    @Test(arguments: [blocked, blockedAtHome], places)
    func `without UDP a session goes direct over TCP exactly where it can`(_ host: Place, _ viewer: Place) throws {
        let trial = try run(host, viewer)
        let pair = try #require(trial.viewer.peer.session.selectedPair)
        let hostPair = try #require(trial.host.peer.session?.selectedPair)
        let isPossible = DirectPathOracle.overTCP(host.draw.side, viewer.draw.side)
        #expect(pair.isRelayed == !isPossible)
        #expect(hostPair.isRelayed == pair.isRelayed)
        if isPossible { #expect(pair.path.transport == .tcp && hostPair.path.transport == .tcp) }
        let figures = trial.viewer.peer.session.figures
        #expect(figures.sharpFrame != nil)
        let setup = try #require(figures.setup)
        #expect(setup < .seconds(1))
        if isPossible { #expect(try #require(figures.directPath) > setup) }
    }

    @Test func `where UDP goes direct, no TCP port is opened`() throws {
        let home = Place(testDescription: "home", gateways: [.nat(.portRestricted)])
        let trial = try run(home, home)
        #expect(trial.viewer.peer.session.selectedPair?.isRelayed == false)
        let events = trial.viewer.events.map(\.event) + trial.host.events.map(\.event)
        #expect(!events.contains { if case .listenersWanted = $0 { true } else { false } })
    }

    /// Typing and the screen go on over the connection, and one seed gives one run.
    @Test func `the same seed gives the same run`() throws {
        let hashes = try (0..<2).map { _ in try run(Self.blockedAtHome, Self.blocked).simulator.network.traceHash }
        #expect(hashes[0] == hashes[1])
    }
}
