import PeerSession
import Testing
import WireFormat
import rdbench

/// The server's machine dies in mid-session.
@Suite struct ServerDeathTests {
    private func session(_ access: LiveSession.Access, relayed: Bool, seed: UInt64) throws -> LiveSession {
        var configuration = SessionConfiguration()
        if relayed { configuration.policy = .relayOnly }
        let live = try LiveSession(
            seed: seed, host: Fixture.home, viewer: Fixture.home, access: access, configuration: configuration)
        let took = live.run(atMost: .seconds(10)) { $0.isConnected(relayed: relayed) && $0.isAtRest }
        try #require(took != nil)
        live.run(for: .seconds(3))
        return live
    }

    @Test(arguments: [LiveSession.Access.code, .pinnedKeys]) func `a direct session goes on`(
        _ access: LiveSession.Access
    ) throws {
        let live = try session(access, relayed: false, seed: 1)
        let death = live.simulator.now
        live.killServer()
        for _ in 0..<60 {
            live.draw()
            live.type(.key(keysym: UInt32(live.typed.count), isPressed: true))
            live.run(for: .seconds(1))
            #expect(live.isAtRest, "a second is enough for each change")
        }
        #expect(live.received == live.typed)
        #expect(live.typed.count == 60)
        #expect(live.viewerEvents(since: death).roundTripCount >= 55)
        #expect(live.viewerEvents(since: death).pathLossCount == 0)
        #expect(live.hostEvents(since: death).pathLossCount == 0)
        #expect(live.ends.isEmpty)
        #expect(live.viewer.events.contains { $0.event == .signalingLost && $0.instant >= death })
        #expect(live.host.events.contains { $0.event == .signalingLost && $0.instant >= death })
    }

    @Test(arguments: [LiveSession.Access.code, .pinnedKeys], [2, 20, 90])
    func `a relayed session says so, and recovers with the next server`(
        _ access: LiveSession.Access, _ outageSeconds: Int64
    ) throws {
        let live = try session(access, relayed: true, seed: 2)
        let codes = live.host.events.count { if case .code = $0.event { true } else { false } }
        let death = live.simulator.now
        live.killServer()
        live.run(for: .seconds(outageSeconds))
        if outageSeconds > 10 {
            #expect(live.viewerEvents(since: death).pathLossCount == 1)
            #expect(live.hostEvents(since: death).pathLossCount == 1)
            for events in [live.viewer.events, live.host.events] {
                let loss = events.first { $0.event == .session(.pathLost) && $0.instant >= death }
                let after = try #require(loss).instant - death
                #expect(after < .seconds(7), "whoever looks is told soon")
            }
        }
        live.draw()
        let back = live.simulator.now
        live.replaceServer()
        let took = live.run(atMost: .seconds(60)) { $0.isConnected(relayed: true) && $0.isAtRest }
        let recovery = try #require(took, "\(live.viewerEvents(since: death)) \(live.hostEvents(since: death))")
        // The peers try the server again after two seconds at most, each on its own.
        #expect(recovery < .seconds(10))
        print("relayed session, server away for \(outageSeconds) s: back after \(recovery.seconds) s")
        #expect(live.viewerEvents(since: back).hasPath)
        #expect(live.hostEvents(since: back).hasPath)
        #expect(live.ends.isEmpty)
        live.type(.key(keysym: 7, isPressed: true))
        live.run(for: .seconds(2))
        #expect(live.received == live.typed)
        let codesNow = live.host.events.count { if case .code = $0.event { true } else { false } }
        #expect(codesNow == codes, "nobody is asked for a code, and none is shown")
    }

    @Test func `signaling that breaks alone does not touch a session`() throws {
        let live = try session(.code, relayed: true, seed: 3)
        let start = live.simulator.now
        for pipe in [live.host.pipe, live.viewer.pipe].compactMap({ $0 }) {
            live.simulator.network.schedule(.pipeCut(pipe), at: start)
        }
        for _ in 0..<20 {
            live.draw()
            live.run(for: .seconds(1))
            #expect(live.isAtRest)
        }
        #expect(live.viewerEvents(since: start).pathLossCount == 0)
        #expect(live.viewer.events.contains { $0.event == .signalingRestored && $0.instant >= start })
        #expect(live.host.events.contains { $0.event == .signalingRestored && $0.instant >= start })
        #expect(live.ends.isEmpty)
    }
}
