import NetworkSimulator
import PeerSession
import Testing
import WireFormat
import rdbench

/// From the viewer's start, with its connection to the server still to be made, to the first path: how many round trips
/// that takes in virtual time, for each way that the first path can go.
@Suite struct FirstPathTests {
    /// What stands between a peer and the internet.
    enum Place: CaseIterable, CustomStringConvertible {
        case open
        case portRestricted
        case symmetric
        case udpBlocked
        case webOnly

        var gateways: [GatewayRules] {
            switch self {
            case .open: []
            case .portRestricted: [.nat(.portRestricted)]
            case .symmetric: [.nat(.symmetric)]
            case .udpBlocked: [.firewall(.udpBlocked)]
            case .webOnly: [.firewall(.webOnly)]
            }
        }

        var passesUDP: Bool { self != .udpBlocked && self != .webOnly }

        var description: String {
            switch self {
            case .open: "open"
            case .portRestricted: "port-restricted"
            case .symmetric: "symmetric"
            case .udpBlocked: "UDP blocked"
            case .webOnly: "web only"
            }
        }

        func side(delay: Interval) -> PopulationDraw {
            var draw = Fixture.side([], delay: delay)
            draw.side.gateways = gateways
            return draw
        }
    }

    /// One way between a peer and the internet; the server adds two milliseconds of its own.
    private static let delay = Interval.milliseconds(20)
    private static let serverDelay = Interval.milliseconds(2)

    private static func trial(_ host: Place, _ viewer: Place, seed: UInt64) throws -> SessionTrial {
        try SessionTrial(
            seed: seed, host: host.side(delay: delay), viewer: viewer.side(delay: delay),
            identities: Fixture.identities, opensSignaling: true)
    }

    /// Two and a half round trips to the server for TCP, TLS and the request, as much for the answer, and one between
    /// the peers for the check: three, in round trips between the peers. A viewer without UDP knows that after one and a
    /// quarter; its connection over TCP is there when signaling is, that over TLS half a round trip later.
    @Test(arguments: Place.allCases, Place.allCases)
    func `the first path takes three round trips`(host: Place, viewer: Place) throws {
        for seed in 0..<5 as Range<UInt64> {
            var trial = try Self.trial(host, viewer, seed: seed)
            trial.run(for: .seconds(3))
            let setup = try #require(trial.viewer.peer.session.figures.setup)
            let roundTrip = Self.delay * 4
            let limit = roundTrip * 3 + (viewer.passesUDP ? .zero : Self.delay * 2) + Self.serverDelay * 8
            #expect(
                setup <= limit,
                "\(host) and \(viewer): \(setup.milliseconds) ms, \(setup.milliseconds / roundTrip.milliseconds) round trips"
            )
        }
    }

    /// Where UDP passes, no connection to a relay is opened, by whoever waits or comes.
    @Test(arguments: Place.allCases, Place.allCases)
    func `who has UDP opens no connection for the first path`(host: Place, viewer: Place) throws {
        var trial = try Self.trial(host, viewer, seed: 1)
        trial.run(for: .milliseconds(500))
        func isConnecting(_ events: [(event: PeerEvent, instant: Instant)]) -> Bool {
            events.contains { if case .streamWanted = $0.event { true } else { false } }
        }
        #expect(isConnecting(trial.host.events) == !host.passesUDP)
        #expect(isConnecting(trial.viewer.events) == !viewer.passesUDP)
    }

    /// What a host that waits has at the relay is there when the viewer comes, is what the session uses, and is given
    /// back with it.
    @Test func `a host waits with one allocation`() throws {
        var trial = try Self.trial(.portRestricted, .symmetric, seed: 3)
        #expect(trial.server.turn.allocationCount == 1)
        trial.run(for: .seconds(3))
        #expect(trial.server.turn.allocationCount == 2)
        trial.simulator.update(trial.hostHost) { party, now in
            if case .host(let host) = party { host.act(at: now) { $0.close(at: now) } }
        }
        trial.simulator.update(trial.viewerHost) { party, now in
            if case .viewer(let viewer) = party { viewer.act(at: now) { $0.close(at: now) } }
        }
        trial.simulator.run(until: trial.simulator.now + .seconds(2))
        #expect(trial.server.turn.allocationCount == 0)
    }
}
