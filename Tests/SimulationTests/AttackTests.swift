import NetworkSimulator
import PeerSession
import Testing
import WireFormat
import rdbench

/// Random, replayed and mutated datagrams at every open port, from right and wrong addresses, all through a session.
@Suite struct AttackTests {
    @Test(arguments: [false, true], [LiveSession.Access.code, .pinnedKeys])
    func `hostile datagrams end nothing, and the screen stays exact`(
        _ isRelayed: Bool, _ access: LiveSession.Access
    ) throws {
        let attacker = Attacker(seed: isRelayed ? 41 : 42)
        var configuration = SessionConfiguration()
        if isRelayed { configuration.policy = .relayOnly }
        let live = try LiveSession(
            seed: 51, host: Fixture.home, viewer: Fixture.home, access: access, configuration: configuration)
        let parties = [live.serverHost, live.hostHost, live.viewerHost]
        for (number, party) in parties.enumerated() {
            live.simulator.network.watch(party) { bytes, passage, _ in attacker.see(bytes, passage, at: number) }
        }
        // From the very start: connectivity checks and the handshake are attacked, too.
        for round in 0..<2_000 {
            live.simulator.run(until: live.simulator.now + .milliseconds(10))
            for (number, party) in parties.enumerated() {
                for _ in 0..<2 {
                    guard let (bytes, path) = attacker.attack(number) else { continue }
                    live.simulator.update(party) { $0.receive(bytes.span, on: path, at: $1) }
                }
            }
            if round % 10 == 0 { live.draw() }
            if round % 25 == 0 { live.type(.key(keysym: UInt32(round), isPressed: true)) }
        }
        let took = live.run(atMost: .seconds(5)) { $0.isAtRest && $0.received == $0.typed }
        #expect(took != nil)
        #expect(live.isConnected(relayed: isRelayed))
        #expect(live.typed.count >= 70)
        #expect(live.received == live.typed)
        #expect(live.ends.isEmpty)
        #expect(live.viewerEvents().pathLossCount == 0)
        #expect(live.hostEvents().pathLossCount == 0)
        #expect(attacker.sentCount > 9_000)
        let dropped = live.viewer.peer.session.figures.datagramsDropped
        #expect(dropped > 1_000, "hostile datagrams are dropped and counted: \(dropped)")
        let malformed = live.viewer.peer.session.screen.malformedCount
        #expect(malformed == 0, "nothing unsealed reached the screen")
        // Whoever comes later finds a server that works.
        live.actAsViewer { $0.close(text: "done", at: $1) }
        live.run(for: .seconds(2))
        #expect(live.ends.contains(.closedByPeer("done")))
    }
}
