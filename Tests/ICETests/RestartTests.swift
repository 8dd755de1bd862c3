import ICE
import Testing
import WireFormat

@Suite("Restarts and changes in a running session")
struct RestartTests {
    private func restart(_ network: inout TestNetwork, after delays: [Interval], credentialsAfter: Interval) {
        for index in 0..<2 {
            network.schedule(after: delays[index]) { network, now in
                network.peers[index].agent.restart(local: Scenario.credentials(index, generation: 2), at: now)
            }
            network.schedule(after: delays[index] + credentialsAfter) { network, now in
                network.peers[index].agent.setRemoteCredentials(
                    Scenario.credentials(1 - index, generation: 2), at: now)
            }
        }
    }

    /// New credentials on both sides, one before the other: data goes on over the old pair, then over the new one.
    @Test(arguments: [0, 30, 500] as [Int64], [false, true])
    func dataFlowsThroughARestart(_ skew: Int64, _ isRelayed: Bool) {
        var scenario = Scenario(nats: [.portRestricted, .portRestricted], hasTURN: true)
        if isRelayed { scenario.policies = [.relayOnly, .all] }
        scenario.signalingDelay = [.milliseconds(600), .milliseconds(600)]
        var network = scenario.makeNetwork()
        network.run(for: .seconds(4))
        #expect(network.isConverged)
        let old = network.peers.map { $0.selected?.identifier }
        restart(&network, after: [.zero, .milliseconds(skew)], credentialsAfter: .milliseconds(20))
        for number in 0..<250 as Range<UInt8> {
            for index in 0..<2 {
                let isSent = network.sendData(number, from: index)
                #expect(isSent)
            }
            network.run(for: .milliseconds(20))
        }
        network.run(for: .seconds(5))
        #expect(network.isConverged && network.isDirect == !isRelayed)
        for index in 0..<2 {
            #expect(network.peers[index].received.map(\.number) == Array(0..<250))
            #expect(network.peers[index].selected?.identifier != old[index])
            #expect(network.peers[index].agent.generation == 2)
        }
    }

    /// A second restart before the first has come to anything: the first generation still carries the data.
    @Test func twoRestartsInARow() {
        var network = Scenario(nats: [.portRestricted, .portRestricted]).makeNetwork()
        network.run(for: .seconds(3))
        let pair = network.peers[0].selected?.identifier
        for generation in 2...3 {
            for index in 0..<2 {
                let credentials = Scenario.credentials(index, generation: generation)
                network.peers[index].agent.restart(local: credentials, at: network.now)
            }
            network.run(for: .milliseconds(500))
        }
        #expect(network.isAnswered)
        #expect(network.peers[0].selected?.identifier == pair)
        for index in 0..<2 {
            let credentials = Scenario.credentials(1 - index, generation: 3)
            network.peers[index].agent.setRemoteCredentials(credentials, at: network.now)
        }
        network.run(for: .seconds(5))
        #expect(network.isAnswered)
        #expect(network.peers[0].selected?.identifier != pair)
        #expect(network.peers.allSatisfy { $0.agent.validPairs.count <= 2 })
    }

    /// A connection to the TURN server is a socket that is good for nothing else.
    @Test func aTCPSocketServesAllocationsOnly() {
        let server = Agent.Server(
            address: TestRelay.address, transport: .tcp, service: .turn(username: "1:user", password: "password"))
        let configuration = Agent.Configuration(
            role: .controlling, local: Scenario.credentials(0),
            servers: Scenario.server(stun: true, turn: true) + [server])
        var agent = Agent(configuration: configuration, random: SeededRandom(seed: 1), now: .zero)
        agent.addSocket(TransportAddress("203.0.113.5:6000")!, transport: .tcp, at: .zero)
        agent.addRemoteCandidate(
            Candidate(kind: .host, address: TransportAddress("203.0.113.9:1")!, priority: 1, foundation: 1), at: .zero)
        agent.setRemoteCredentials(Scenario.credentials(1), at: .zero)
        var paths: [Path] = []
        for millisecond in 0..<100 as Range<Int64> {
            agent.advance(to: .zero + .milliseconds(millisecond))
            var packet: Path?
            repeat {
                _ = [UInt8](capacity: 1_500) { output in
                    packet = agent.pollTransmit(into: &output, at: .zero + .milliseconds(millisecond))
                }
                if let packet { paths.append(packet) }
            } while packet != nil
        }
        #expect(paths.count == 1)
        #expect(paths.first?.transport == .tcp)
        #expect(paths.first?.remote == TestRelay.address)
        #expect(agent.pollEvent() == nil)
    }

    /// A server that comes later brings a relayed pair; before, nothing works.
    @Test func aServerComesLater() {
        var network = Scenario(nats: [.symmetric, .symmetric]).makeNetwork()
        network.relay = TestRelay(seed: 4)
        network.run(for: .seconds(10))
        #expect(network.peers[0].selected == nil)
        network.peers[1].agent.setServers(Scenario.server(stun: true, turn: true), at: network.now)
        network.run(for: .seconds(1))
        #expect(network.isConverged)
        #expect(network.peers[1].selected?.local.kind == .relayed)
    }

    /// Wrong credentials are reported; better ones are used at once.
    @Test func credentialsAreReplaced() {
        var network = Scenario(policies: [.relayOnly, .all], hasTURN: true).makeNetwork()
        let wrong = Agent.Server(address: TestRelay.address, service: .turn(username: "1:user", password: "wrong"))
        network.peers[0].agent.setServers([], at: .zero)
        network.peers[0].agent.setServers([wrong], at: .zero)
        network.run(for: .seconds(2))
        #expect(network.peers[0].events.contains(.serverFailed(wrong, .refused(401))))
        network.peers[0].agent.setServers(Scenario.server(stun: false, turn: true), at: network.now)
        network.run(for: .seconds(1))
        #expect(network.isConverged)
    }

    /// A socket goes and another comes, as when a laptop changes its network: the session follows without signaling of
    /// credentials, and does not wait for consent to expire.
    @Test(arguments: [0, 1])
    func theInterfaceChanges(_ mover: Int) {
        var network = Scenario(hasTURN: true).makeNetwork()
        network.run(for: .seconds(3))
        #expect(network.isDirect)
        let old = network.peers[mover].sockets[0]
        let new = TransportAddress("203.0.113.200:7000")!
        network.peers[mover].agent.removeSocket(old, at: network.now)
        network.peers[mover].sockets = [new]
        network.peers[mover].agent.addSocket(new, at: network.now)
        let start = network.now
        network.run(until: start + .seconds(10)) { $0.isDirect }
        #expect(network.isDirect)
        #expect(network.now - start < .milliseconds(1_500))
        network.run(for: .seconds(40))
        #expect(network.isDirect)
    }

    /// The NAT forgets its mappings: the peer sees us at a new address, learns it from our checks, and goes on.
    @Test func theNATIsRebooted() {
        var network = Scenario(nats: [.portRestricted, nil]).makeNetwork()
        network.run(for: .seconds(3))
        let before = network.peers[1].selected?.remote.address
        network.peers[0].nat?.forgetMappings()
        network.run(for: .seconds(15))
        #expect(network.isDirect)
        #expect(network.peers[1].selected?.remote.address != before)
    }
}
