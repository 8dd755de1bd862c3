import NetworkSimulator
import PeerSession
import Testing
import WireFormat
import rdbench

/// Sessions that begin over the relay and move to a direct path.
@Suite struct MoveTests {
    private struct Observation {
        var moves: UInt64
        var longestGap: Interval
        var roundTrip: Interval
    }

    /// Runs a drawn session while the screen changes every ten milliseconds; nil if it did not move.
    private func observe(_ index: Int) throws -> Observation? {
        var sides = Fixture.pair(index, seed: 91)
        // Lines without loss or jitter: what gaps there are, the move made.
        sides.host.link = AccessLink(delay: sides.host.link.up.delay)
        sides.viewer.link = AccessLink(delay: sides.viewer.link.up.delay)
        let live = try LiveSession(seed: UInt64(index), host: sides.host, viewer: sides.viewer)
        var longest = Interval.zero
        var lastCount: UInt64 = 0
        var lastFrame: Instant?
        for step in 0..<2_000 {
            live.simulator.run(until: live.simulator.now + .milliseconds(2))
            if step % 5 == 0 { live.draw() }
            let count = live.viewer.peer.session.screen.datagramCount
            guard count > lastCount else { continue }
            lastCount = count
            if let lastFrame { longest = max(longest, live.simulator.now - lastFrame) }
            lastFrame = live.simulator.now
        }
        let paths = live.viewerEvents().compactMap { event in
            switch event {
            case .connected(let pair, _), .pathChanged(let pair): pair.isRelayed
            default: nil
            }
        }
        guard paths.first == true, paths.last == false else { return nil }
        let delays = (sides.host.link.up.delay + sides.viewer.link.up.delay) * 2
        return Observation(
            moves: live.viewer.peer.session.figures.moves, longestGap: longest, roundTrip: delays)
    }

    @Test func `a move to a direct path is not seen on the screen`() throws {
        let observations = try (0..<100).compactMap { try observe($0) }
        #expect(observations.count >= 10, "too few of 100 sessions began relayed and ended direct")
        for observation in observations {
            #expect(observation.moves <= 4, "\(observation)")
            #expect(observation.longestGap <= observation.roundTrip * 2 + .milliseconds(60), "\(observation)")
        }
        let moves = observations.map(\.moves).max() ?? 0
        let gap = observations.map(\.longestGap.milliseconds).max() ?? 0
        print("moves: \(observations.count) of 100 sessions, at most \(moves) moves, longest gap \(gap) ms")
    }
}
