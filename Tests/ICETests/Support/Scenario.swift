import ICE
import WireFormat

/// What a test varies.
struct Scenario {
    var nats: [TestNAT.Kind?] = [nil, nil]
    var roles: [Agent.Role] = [.controlling, .controlled]
    var policies: [Agent.Policy] = [.all, .all]
    var hasSTUN = true
    var hasTURN = false
    var isSameSite = false
    /// When each side learns the other's credentials.
    var credentialsAfter: [Interval] = [.milliseconds(20), .milliseconds(20)]
    var signalingDelay: [Interval] = [.milliseconds(20), .milliseconds(20)]
    var delay: [Interval] = [.milliseconds(10), .milliseconds(10)]
    var seed: UInt64 = 1
    var adjust: (inout Agent.Configuration) -> Void = { _ in }

    static func credentials(_ index: Int, generation: Int = 1) -> Agent.Credentials {
        Agent.Credentials(
            usernameFragment: "user\(index)gen\(generation)", password: "password\(index)-of-generation-\(generation)-x"
        )
    }

    static func server(stun: Bool, turn: Bool) -> [Agent.Server] {
        var servers: [Agent.Server] = []
        if stun { servers.append(Agent.Server(address: TestNetwork.stunServer, service: .stun)) }
        if turn {
            servers.append(
                Agent.Server(
                    address: TestRelay.address,
                    service: .turn(username: TestRelay.username, password: TestRelay.password)))
        }
        return servers
    }

    /// The network, with the first steps of signaling scheduled.
    func makeNetwork() -> TestNetwork {
        var random = SeededRandom(seed: seed)
        let peers = (0..<2).map { index in makePeer(index, &random) }
        var network = TestNetwork(peers: peers, seed: random.next())
        if hasTURN { network.relay = TestRelay(seed: seed) }
        for index in 0..<2 {
            network.schedule(after: credentialsAfter[index]) { network, now in
                network.peers[index].agent.setRemoteCredentials(Self.credentials(1 - index), at: now)
            }
        }
        return network
    }

    private func makePeer(_ index: Int, _ random: inout SeededRandom) -> TestPeer {
        var configuration = Agent.Configuration(
            role: roles[index], local: Self.credentials(index), policy: policies[index],
            servers: Self.server(stun: hasSTUN, turn: hasTURN))
        adjust(&configuration)
        let isPrivate = nats[index] != nil || isSameSite
        let ip: IPAddress = .v4(isPrivate ? 0x0A00_0002 + UInt32(index) : 0xCB00_7105 + UInt32(index) * 256)
        let socket = TransportAddress(ip: ip, port: 5_000 + UInt16(index))
        var agent = Agent(configuration: configuration, random: random.fork(), now: .zero)
        agent.addSocket(socket, at: .zero)
        let nat = nats[index].map { TestNAT(kind: $0, outside: .v4(0xC000_0200 + UInt32(index + 1) * 8)) }
        return TestPeer(
            agent: agent, sockets: [socket], nat: nat, site: isSameSite ? 0 : index, delay: delay[index],
            signalingDelay: signalingDelay[index])
    }
}

extension TestNetwork {
    /// Both sides send over one pair: each one's local address is the other's remote.
    var isConverged: Bool {
        guard let first = peers[0].selected, let second = peers[1].selected else { return false }
        return first.local.address == second.remote.address && first.remote.address == second.local.address
    }

    /// Converged on a pair whose every check is answered: data sent now arrives.
    var isAnswered: Bool {
        guard isConverged else { return false }
        var copy = self
        let before = peers.map(\.received.count)
        for index in 0..<2 { copy.sendData(1, from: index) }
        copy.run(for: .milliseconds(200))
        return (0..<2).allSatisfy { copy.peers[$0].received.count > before[$0] }
    }

    /// Whether both sides converged on a direct pair.
    var isDirect: Bool {
        isConverged && peers.allSatisfy { $0.selected.map { !$0.isRelayed } ?? false }
    }
}
