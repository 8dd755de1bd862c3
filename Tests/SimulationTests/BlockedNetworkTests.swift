import NetworkSimulator
import PeerSession
import Testing
import WireFormat
import rdbench

/// Networks that pass no UDP: how soon a session finds that out, and that others never pay for it.
@Suite struct BlockedNetworkTests {
    /// What the network lets out, and how many round trips to the server the first path may take.
    ///
    /// Where all works, over relays alone: one to join, two to allocate, one to tell the peer, one for the check.
    /// Blocked: one and a quarter until UDP's silence counts, three to connect and allocate over TCP instead of two.
    /// Web only: as much again until TCP's silence counts, and one for TLS.
    enum Network: String, CaseIterable {
        case blocked
        case webOnly

        var rules: FirewallRules { self == .blocked ? .udpBlocked : .webOnly }
        var roundTrips: Double { self == .blocked ? 8.5 : 11.0 }
        var wishes: [TransportProtocol] { [.tcp, .tls] }
    }

    private static func side(_ network: Network, delay: Interval) -> PopulationDraw {
        var draw = Fixture.side([], delay: delay)
        draw.side.gateways = [.firewall(network.rules)]
        return draw
    }

    private static func wishes(_ events: [(event: PeerEvent, instant: Instant)]) -> [TransportProtocol] {
        events.compactMap { if case .streamWanted(_, _, let transport) = $0.event { transport } else { nil } }
    }

    @Test(arguments: Network.allCases, [5, 20, 60, 150] as [Int64])
    func `the first path comes after a few round trips`(network: Network, delay: Int64) throws {
        let blocked = Self.side(network, delay: .milliseconds(delay))
        for (host, viewer) in [
            (blocked, Fixture.side([.portRestricted], delay: .milliseconds(delay))),
            (Fixture.side([.portRestricted], delay: .milliseconds(delay)), blocked), (blocked, blocked),
        ] {
            for seed in 0..<10 as Range<UInt64> {
                var trial = try SessionTrial(
                    seed: seed, host: host, viewer: viewer, identities: Fixture.identities)
                trial.run(for: .seconds(6))
                let figures = trial.viewer.peer.session.figures
                let setup = try #require(figures.setup)
                // The server's own link has 2 ms each way; margins are 20 ms a step.
                let roundTrip = Double(2 * (delay + 2))
                let milliseconds = Double(setup.nanoseconds) / 1_000_000
                let steps = Double(network.wishes.count)
                #expect(
                    milliseconds <= network.roundTrips * roundTrip + 25 * steps,
                    "\(milliseconds) ms are \(milliseconds / roundTrip) round trips")
                #expect(figures.sharpFrame != nil)
                let isHostBlocked = host == blocked
                let isViewerBlocked = viewer == blocked
                #expect(Self.wishes(trial.viewer.events) == (isViewerBlocked ? network.wishes : []))
                #expect(Self.wishes(trial.host.events) == (isHostBlocked ? network.wishes : []))
            }
        }
    }

    /// Where UDP answers, no connection is opened in vain, whatever the delay and the NATs.
    @Test(arguments: [1, 10, 40, 100, 250] as [Int64])
    func `nobody connects who can do without`(delay: Int64) throws {
        for rules in [TranslationRules.portRestricted, .symmetric] {
            for seed in 0..<10 as Range<UInt64> {
                let side = Fixture.side([rules], delay: .milliseconds(delay))
                var trial = try SessionTrial(seed: seed, host: side, viewer: side, identities: Fixture.identities)
                trial.run(for: .seconds(6))
                #expect(trial.viewer.peer.session.figures.sharpFrame != nil)
                #expect(Self.wishes(trial.viewer.events).isEmpty && Self.wishes(trial.host.events).isEmpty)
            }
        }
    }
}
