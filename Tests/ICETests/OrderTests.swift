import ICE
import Testing
import WireFormat

@Suite("The order in which the sides learn of each other")
struct OrderTests {
    static let skews: [Int64] = [0, 1, 9, 10, 11, 30, 60, 61, 200, 1_000, 5_000]

    /// One side learns credentials and candidates so much later; NATs drop what came too early.
    @Test(arguments: skews, [0, 1])
    func oneSideIsLate(_ milliseconds: Int64, _ late: Int) {
        var scenario = Scenario(nats: [.portRestricted, .portRestricted])
        scenario.credentialsAfter[late] = .milliseconds(20 + milliseconds)
        scenario.signalingDelay[1 - late] = .milliseconds(20 + milliseconds)
        var network = scenario.makeNetwork()
        network.run(until: .zero + .seconds(20)) { $0.isConverged }
        #expect(network.isDirect)
        // Server-reflexive candidates are there after 15 ms, signaled 20 ms later; then a round trip of 20 ms for the
        // late side's check, the other's triggered one, and a nomination.
        #expect(network.now <= .zero + .milliseconds(15 + 20 + milliseconds + 75))
    }

    /// Checks arrive before the credentials and candidates of their sender: they are answered and returned.
    @Test(arguments: [0, 1])
    func earlyChecksAreAnswered(_ late: Int) {
        var scenario = Scenario()
        scenario.credentialsAfter[late] = .milliseconds(300)
        scenario.signalingDelay[1 - late] = .seconds(100)
        var network = scenario.makeNetwork()
        network.run(until: .zero + .milliseconds(299)) { _ in false }
        #expect(network.peers[1 - late].selected != nil)
        #expect(network.peers[late].selected == nil)
        network.run(until: .zero + .seconds(1)) { $0.isConverged }
        #expect(network.isDirect)
        #expect(network.now <= .zero + .milliseconds(350))
        #expect(network.peers[late].selected?.remote.kind == .peerReflexive)
    }

    /// The candidates of one side never arrive: its checks are enough.
    @Test(arguments: [0, 1])
    func onlyOneSideSignals(_ silent: Int) {
        var scenario = Scenario(nats: [.fullCone, .fullCone])
        scenario.nats[silent] = .symmetric
        var network = scenario.makeNetwork()
        network.peers[silent].isSignaling = false
        network.run(for: .seconds(2))
        #expect(network.isDirect)
        #expect(network.peers[1 - silent].selected?.remote.kind == .peerReflexive)
    }

    /// A candidate learned from a check takes the kind that is signaled later.
    @Test func aLearnedCandidateTakesItsSignaledKind() {
        var scenario = Scenario(nats: [nil, .portRestricted])
        scenario.signalingDelay[1] = .milliseconds(500)
        var network = scenario.makeNetwork()
        network.run(for: .milliseconds(400))
        #expect(network.peers[0].selected?.remote.kind == .peerReflexive)
        network.run(for: .milliseconds(400))
        #expect(network.peers[0].selected?.remote.kind == .serverReflexive)
        #expect(network.isDirect)
    }

    /// Each side's candidates come in any order, some twice.
    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func candidatesTrickleInAnyOrder(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var network = Scenario(nats: [.portRestricted, .fullCone], seed: seed).makeNetwork()
        for index in 0..<2 { network.peers[index].isSignaling = false }
        network.run(for: .milliseconds(100))
        for index in 0..<2 {
            var candidates: [Candidate] = network.peers[index].events.compactMap {
                if case .localCandidate(let candidate) = $0 { candidate } else { nil }
            }
            candidates += candidates
            candidates.shuffle(using: &random)
            for candidate in candidates {
                network.schedule(after: .milliseconds(Int64(random.next() % 100))) { network, now in
                    network.peers[1 - index].agent.addRemoteCandidate(candidate, at: now)
                }
            }
        }
        network.run(for: .seconds(2))
        #expect(network.isDirect)
    }

    /// What leaves through a binding that a NAT has already does not hold up the first check (RFC 8445 appendix B.1).
    @Test(arguments: [true, false]) func anAllocationHoldsUpNoCheckWhereTheServerWasAskedBefore(hasAnswered: Bool) {
        let address = TestNetwork.stunServer
        var lone = LoneAgent(isTold: false)
        lone.agent.setServers([Agent.Server(address: address, service: .stun)], at: lone.now)
        let asked = lone.packets(for: .milliseconds(100))
        #expect(asked.first?.path.remote == address)
        if hasAnswered, let first = asked.first {
            lone.answerServer(first, mapped: TransportAddress("192.0.2.77:7777")!)
        }
        lone.agent.setServers(
            [Agent.Server(address: address, service: .turn(username: "user", password: "password"))], at: lone.now)
        lone.agent.setRemoteCredentials(LoneAgent.remote, at: lone.now)
        lone.addRemote("192.0.2.2:1000")
        let leaving = lone.packets().map(\.path.remote)
        #expect(leaving.contains(address))
        #expect(leaving.contains(TransportAddress("192.0.2.2:1000")!) == hasAnswered)
    }
}
