import PeerSession
import SecureChannel
import Testing
import WireFormat

/// How soon signaling is back for those who have no path yet, and may get one through it only.
@Suite struct SignalingNeedTests {
    enum Needy: CaseIterable { case viewer, host, newcomer }

    @Test(arguments: Needy.allCases) func `it is tried again soon for one that has no path yet`(_ needy: Needy) throws {
        let keys = World.keys(2)
        let world = World(.authorizedKeys([keys.publicKey]), keys: World.keys(1))
        world.run(for: .seconds(1))
        let silent = needy == .newcomer ? 1 : 0
        world.silenced = [World.address(of: silent).ip]
        for _ in 0...silent {
            try world.addViewer(.publicKey(World.keys(1).publicKey), keys: keys)
            world.run(for: .seconds(2))
        }
        #expect(world.viewers[silent].session.isEstablished && !world.isConnected(silent))
        // The longest of waits that double each time, in steps of a tenth of a second.
        var longest = 0
        for _ in 0..<8 {
            let before = connections(needy, in: world)
            if needy == .viewer {
                world.actAsViewer(0) { $0.signalingClosed(at: $1) }
            } else {
                world.actAsHost { $0.signalingClosed(at: $1) }
            }
            var steps = 0
            while connections(needy, in: world) == before, steps < 400 {
                world.run(for: .milliseconds(100))
                steps += 1
            }
            longest = max(longest, steps)
        }
        #expect(longest <= 20)
    }

    private func connections(_ needy: Needy, in world: World) -> Int {
        let events = needy == .viewer ? world.viewerEvents[0] : world.hostEvents
        return events.count { if case .connectSignaling = $0 { true } else { false } }
    }
}
