import PeerSession
import Rendezvous
import SecureChannel
import Testing
import WireFormat
import rdbench

/// A viewer that vanishes without a word does not keep an unattended host from the next.
@Suite struct SuccessionTests {
    private func session() throws -> LiveSession {
        let live = try LiveSession(seed: 5, host: Fixture.home, viewer: Fixture.home)
        try #require(live.run(atMost: .seconds(10)) { $0.isConnected(relayed: false) && $0.isAtRest } != nil)
        live.run(for: .seconds(3))
        return live
    }

    /// Runs on as a driver does: it concludes what has ended, and shows the screen to whom it is wanted.
    private func run(
        _ live: LiveSession, atMost interval: Interval, until isDone: (LiveSession) -> Bool
    ) -> Interval? {
        live.run(atMost: interval) { live in
            live.actAsHost { peer, now in peer.conclude(nil, at: now) }
            live.draw()
            return isDone(live)
        }
    }

    private func ends(_ party: ViewerParty) -> [SessionEnd] {
        party.events.compactMap { entry -> SessionEnd? in
            if case .session(.ended(let end)) = entry.event { end } else { nil }
        }
    }

    private func hostEnds(_ live: LiveSession) -> [SessionEnd] {
        live.hostEvents().compactMap { event -> SessionEnd? in
            if case .ended(let end) = event { end } else { nil }
        }
    }

    private func isEqual(_ party: ViewerParty, _ live: LiveSession) -> Bool {
        let session = party.peer.session
        let pixels = session.screen.decoder.pixels
        guard pixels.count == live.picture.count else { return false }
        for index in pixels.indices where (pixels[index] ^ live.picture[index]) & 0xFF_FFFF != 0 { return false }
        return true
    }

    /// Whom the host knows, how long its viewer is gone, and how long the newcomer may take to the exact picture.
    @Test(arguments: [
        (isSame: true, gone: 0.0, limit: 4.0), (true, 1, 3), (true, 3, 1.5), (true, 100, 1.5), (false, 8, 1.5),
        (false, 100, 1.5),
    ])
    func `the next viewer takes the place`(_ newcomer: (isSame: Bool, gone: Double, limit: Double)) throws {
        let live = try session()
        live.killViewer()
        live.run(for: .milliseconds(Int64(newcomer.gone * 1_000)))
        let keys = newcomer.isSame ? Fixture.identities.viewer : Fixture.otherViewer
        let next = try live.addViewer(keys: keys, Fixture.home)
        let took = run(live, atMost: .seconds(20)) { live in
            guard next.isSharp, live.host.peer.session?.isProven == true else { return false }
            return live.host.peer.session?.selectedPair?.isRelayed == false
        }
        let limit = Interval.milliseconds(Int64(newcomer.limit * 1_000))
        let text = "took over after \(took?.milliseconds ?? -1) ms"
        #expect(took.map { $0 <= limit } == true, "\(text); \(ends(next))")
        #expect(hostEnds(live) == [.superseded])
        _ = run(live, atMost: .seconds(10)) { _ in false }
        #expect(ends(next).isEmpty)
        let same = live.run(atMost: .seconds(5)) { next.peer.session.screen.isExact && isEqual(next, $0) }
        #expect(same != nil, "not the host's picture")
    }

    @Test func `another key waits until the path is lost`() throws {
        let live = try session()
        live.killViewer()
        live.run(for: .seconds(1))
        let other = try live.addViewer(keys: Fixture.otherViewer, Fixture.home)
        _ = run(live, atMost: .seconds(2)) { _ in false }
        #expect(ends(other) == [.refusedByServer(.roomBusy)])
        #expect(hostEnds(live).isEmpty)
    }

    /// Neither the same key nor another takes a place whose viewer is there, and what they see is nothing.
    @Test(arguments: [true, false]) func `a viewer that is there keeps its place`(_ isSame: Bool) throws {
        let live = try session()
        let keys = isSame ? Fixture.identities.viewer : Fixture.otherViewer
        let next = try live.addViewer(keys: keys, Fixture.home)
        _ = run(live, atMost: .seconds(5)) { _ in false }
        #expect(ends(next) == [isSame ? .closedByPeer("the host is busy") : .refusedByServer(.roomBusy)])
        #expect(next.peer.session.screen.datagramCount == 0)
        #expect(live.ends.isEmpty && live.isConnected(relayed: false))
        #expect(live.run(atMost: .seconds(2)) { $0.isAtRest } != nil)
    }
}
