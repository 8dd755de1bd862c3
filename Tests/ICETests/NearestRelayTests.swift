import ICE
import Testing
import WireFormat

/// Of several relays the peers take the one whose round trips are the shortest, whatever the list says.
@Suite("The nearer of two relays")
struct NearestRelayTests {
    private static func servers(isNearFirst: Bool) -> [Agent.Server] {
        let service = Agent.Server.Service.turn(username: TestRelay.username, password: TestRelay.password)
        let near = Agent.Server(address: TestRelay.address, service: service)
        let far = Agent.Server(address: TestRelay.otherAddress, service: service)
        return isNearFirst ? [near, far] : [far, near]
    }

    private static func network(isNearFirst: Bool, roles: [Agent.Role], seed: UInt64 = 1) -> TestNetwork {
        var scenario = Scenario(roles: roles, policies: [.relayOnly, .relayOnly], hasSTUN: false, hasTURN: true)
        scenario.seed = seed
        scenario.adjust = { $0.servers = servers(isNearFirst: isNearFirst) }
        var network = scenario.makeNetwork()
        network.otherRelay = TestRelay(seed: seed + 1, address: TestRelay.otherAddress, delay: .milliseconds(40))
        return network
    }

    private static func isNear(_ network: TestNetwork) -> Bool {
        network.isConverged
            && network.peers.allSatisfy { peer in
                peer.selected?.local.address.ip == TestRelay.address.ip
                    && peer.selected?.remote.address.ip == TestRelay.address.ip
            }
    }

    @Test(arguments: [true, false], [[Agent.Role.controlling, .controlled], [.controlled, .controlling]])
    func theShorterRoundTripDecides(isNearFirst: Bool, _ roles: [Agent.Role]) {
        for seed in 1...10 as ClosedRange<UInt64> {
            var network = Self.network(isNearFirst: isNearFirst, roles: roles, seed: seed)
            network.run(for: .seconds(5))
            #expect(Self.isNear(network), "seed \(seed)")
            // Both were asked, and both could have been taken.
            #expect(network.relay?.allocationCount == 2 && network.otherRelay?.allocationCount == 2)
            let far = network.peers[0].agent.validPairs.filter { $0.local.address.ip == TestRelay.otherAddress.ip }
            #expect(!far.isEmpty)
        }
    }

    @Test("though the farther one was ready long before", arguments: [true, false])
    func theFirstIsLeftForTheNearer(isNearFirst: Bool) {
        var network = Self.network(isNearFirst: isNearFirst, roles: [.controlling, .controlled])
        network.isLost = { network, packet in
            packet.to == TestRelay.address && network.now < .zero + .seconds(1)
        }
        network.run(for: .milliseconds(990))
        #expect(network.isConverged && !Self.isNear(network))
        network.run(for: .seconds(10))
        #expect(Self.isNear(network))
        #expect(network.peers.allSatisfy { !$0.hasLostPair })
    }
}
