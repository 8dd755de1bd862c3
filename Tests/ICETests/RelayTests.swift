import ICE
import Testing
import WireFormat

@Suite("Relayed pairs")
struct RelayTests {
    static let kinds: [TestNAT.Kind?] = [nil, .fullCone, .portRestricted, .symmetric]

    /// Whatever the NATs: a session starts, and both sides use one pair.
    @Test(arguments: kinds, kinds)
    func everyPairOfNATsConnects(_ first: TestNAT.Kind?, _ second: TestNAT.Kind?) {
        var network = Scenario(nats: [first, second], hasTURN: true).makeNetwork()
        network.run(until: .zero + .seconds(3)) { $0.isConverged }
        #expect(network.isConverged)
        #expect(network.now <= .zero + .milliseconds(200))
        network.run(for: .seconds(5))
        #expect(network.isConverged)
        let isHopeless =
            [first, second].allSatisfy { $0 == .symmetric || $0 == .portRestricted }
            && [first, second].contains(.symmetric)
        #expect(network.isDirect == !isHopeless)
        for peer in network.peers { #expect(peer.agent.validPairs.contains { $0.isRelayed }) }
    }

    /// Both only by relay: no packet leaves for the other peer's own address, and no other candidate is offered.
    @Test(arguments: [[Agent.Policy.relayOnly, .relayOnly], [.relayOnly, .all], [.all, .relayOnly]])
    func relayOnlyLeavesNoTrace(_ policies: [Agent.Policy]) {
        var network = Scenario(policies: policies, hasTURN: true).makeNetwork()
        var seen: [(from: TransportAddress, to: TransportAddress)] = []
        network.meddle = { _, packet in
            seen.append((packet.from, packet.to))
            return [packet]
        }
        network.run(for: .seconds(10))
        #expect(network.isConverged && !network.isDirect)
        for index in 0..<2 where policies[index] == .relayOnly {
            let own = network.peers[index].sockets[0]
            #expect(seen.allSatisfy { $0.from != own || $0.to == TestRelay.address })
            for event in network.peers[index].events {
                if case .localCandidate(let candidate) = event { #expect(candidate.kind == .relayed) }
            }
        }
    }

    @Test func directOnlyAllocatesNothing() {
        var network = Scenario(
            nats: [.symmetric, .symmetric], policies: [.directOnly, .all], hasTURN: true
        ).makeNetwork()
        network.run(for: .seconds(10))
        #expect(network.peers[0].selected == nil)
        #expect(network.relay?.allocationCount == 1)
        network = Scenario(nats: [.fullCone, .portRestricted], policies: [.directOnly, .all], hasTURN: true)
            .makeNetwork()
        network.run(for: .seconds(10))
        #expect(network.isDirect)
        #expect(network.peers[0].agent.validPairs.allSatisfy { !$0.isRelayed })
    }

    /// Who uses no relay answers no check that comes from one: the other side would else have a path that leads nowhere.
    @Test func directOnlyAnswersNoRelay() {
        var network = Scenario(nats: [.fullCone, .portRestricted], policies: [.directOnly, .all], hasTURN: true)
            .makeNetwork()
        network.isLost = { _, packet in packet.from.ip.isOfSite && packet.to.ip.isOfSite }
        network.run(for: .seconds(20))
        #expect(network.peers.allSatisfy { $0.selected == nil && $0.agent.validPairs.isEmpty })
    }

    /// The peer has moved, and its former relayed address is gone. It is tried again all the same, and the server, which
    /// lets live relayed addresses of its own pass only, refuses it: what comes from the new one passes on.
    @Test(arguments: [0, 1]) func aDeadNeighbourTakesNoPermission(mover: Int) {
        var network = Scenario(policies: [.relayOnly, .relayOnly], hasTURN: true).makeNetwork()
        network.run(for: .seconds(5))
        let old = network.peers[mover].sockets[0]
        let new = TransportAddress(ip: old.ip, port: 7_000)
        network.peers[mover].sockets.append(new)
        network.peers[mover].agent.addSocket(new, at: network.now)
        network.run(for: .seconds(5))
        network.peers[mover].agent.removeSocket(old, at: network.now)
        network.run(for: .seconds(700))
        #expect(network.isConverged && network.relay?.allocationCount == 2)
        network.peers[1 - mover].agent.networkChanged(at: network.now)
        let start = network.now
        for number in 0..<700 {
            network.sendData(UInt8(truncatingIfNeeded: number), from: mover)
            network.run(for: .seconds(1))
        }
        #expect(network.peers[1 - mover].received.count { $0.at >= start } == 700)
        #expect(network.peers.allSatisfy { !$0.events.contains(.failed) })
    }

    /// Data over a relayed pair, framed as ChannelData once the channel stands, arrives unwrapped.
    @Test(arguments: [[Agent.Policy.relayOnly, .relayOnly], [.relayOnly, .all], [.all, .relayOnly]])
    func dataFlowsThroughTheRelay(_ policies: [Agent.Policy]) {
        var network = Scenario(policies: policies, hasTURN: true).makeNetwork()
        network.run(until: .zero + .seconds(1)) { $0.isConverged }
        for number in 0..<100 as Range<UInt8> {
            network.sendData(number, from: 0)
            network.sendData(number, from: 1)
            network.run(for: .milliseconds(5))
        }
        network.run(for: .seconds(1))
        for peer in network.peers { #expect(peer.received.map(\.number) == Array(0..<100)) }
    }

    /// Any of the first packets is lost: a session by relay still starts.
    @Test(arguments: 1...60)
    func anySinglePacketMayBeLost(_ lost: Int) {
        var network = Scenario(policies: [.relayOnly, .relayOnly], hasTURN: true).makeNetwork()
        network.isLost = { _, packet in packet.number == lost }
        network.run(until: .zero + .seconds(3)) { $0.isConverged }
        #expect(network.isConverged)
        #expect(network.now <= .zero + .milliseconds(700))
        network.run(for: .seconds(20))
        #expect(network.isConverged)
    }

    /// The direct path dies and comes back: the session moves to the relay and returns, again and again, and data that
    /// is sent all the time never stops for long.
    @Test(arguments: 1...12 as ClosedRange<UInt64>, [false, true])
    func fallsBackAndReturns(_ seed: UInt64, _ isOneWay: Bool) {
        var network = Scenario(nats: [.portRestricted, .fullCone], hasTURN: true, seed: seed).makeNetwork()
        network.run(for: .seconds(2))
        #expect(network.isDirect)
        var number: UInt8 = 0
        func talk(_ network: inout TestNetwork, for interval: Interval) {
            let end = network.now + interval
            while network.now < end {
                number &+= 1
                for index in 0..<2 { network.sendData(number, from: index) }
                network.run(for: .milliseconds(20))
            }
        }
        for _ in 0..<3 {
            let start = network.now
            network.isLost = { _, packet in
                let isDirect = packet.from.ip != TestRelay.address.ip && packet.to.ip != TestRelay.address.ip
                return isDirect && (!isOneWay || packet.from.ip == network.peers[Int(seed % 2)].nat?.outside)
            }
            let outside = network.peers[Int(seed % 2)].nat?.outside
            network.isLost = { _, packet in
                let isDirect = packet.from.ip != TestRelay.address.ip && packet.to.ip != TestRelay.address.ip
                return isDirect && (!isOneWay || packet.from.ip == outside)
            }
            talk(&network, for: .seconds(4))
            #expect(network.isConverged && !network.isDirect)
            network.isLost = { _, _ in false }
            talk(&network, for: .seconds(12))
            #expect(network.isDirect)
            for peer in network.peers {
                let times = [start] + peer.received.map(\.at).filter { $0 >= start }
                for (earlier, later) in zip(times, times.dropFirst()) {
                    #expect(later - earlier < .milliseconds(1_200))
                }
            }
        }
    }

    /// The driver knows sooner that nothing comes: the move takes a few round trips.
    @Test(arguments: [0, 1])
    func reportedSilenceMovesAtOnce(_ reporter: Int) {
        var network = Scenario(nats: [.portRestricted, .fullCone], hasTURN: true).makeNetwork()
        network.run(for: .seconds(3))
        #expect(network.isDirect)
        network.isLost = { _, packet in
            packet.from.ip != TestRelay.address.ip && packet.to.ip != TestRelay.address.ip
        }
        let start = network.now
        network.peers[reporter].agent.reportSilence(over: network.peers[reporter].selected!.identifier, at: start)
        network.run(until: start + .seconds(10)) { $0.isConverged && !$0.isDirect }
        #expect(network.isConverged && !network.isDirect)
        #expect(network.now - start <= .milliseconds(200))
    }

    /// The peer is gone, and our network too for longer than a request to the server is repeated: what the server still
    /// has for us is not given back when we ask again, and the peer finds us where we were.
    @Test func allocationsOutliveAnOutage() {
        var network = Scenario(policies: [.relayOnly, .relayOnly], hasTURN: true).makeNetwork()
        network.run(for: .seconds(5))
        #expect(network.isConverged)
        let before = network.peers.map(Self.relayedCandidateCount)
        let sites = network.peers.map { $0.sockets[0].ip }
        network.isLost = { _, packet in sites.contains(packet.from.ip) || sites.contains(packet.to.ip) }
        network.run(for: .seconds(30))
        network.isLost = { _, packet in packet.from.ip == sites[1] || packet.to.ip == sites[1] }
        network.run(for: .seconds(60))
        network.isLost = { _, _ in false }
        network.run(until: network.now + .seconds(30)) { $0.isConverged }
        #expect(network.isConverged)
        #expect(network.peers.map(Self.relayedCandidateCount) == before)
        #expect(network.relay?.allocationCount == 2)
    }

    private static func relayedCandidateCount(_ peer: TestPeer) -> Int {
        peer.events.count { event in
            if case .localCandidate(let candidate) = event { candidate.kind == .relayed } else { false }
        }
    }

    /// The relay's server dies under a relayed session and comes back without its allocations: the session recovers.
    @Test(arguments: [[Agent.Policy.relayOnly, .relayOnly], [.relayOnly, .all]], [2, 20, 45] as [Int64])
    func theServerDiesAndComesBack(_ policies: [Agent.Policy], _ seconds: Int64) {
        var network = Scenario(policies: policies, hasTURN: true).makeNetwork()
        network.run(for: .seconds(5))
        #expect(network.isConverged)
        network.relay?.isDown = true
        for _ in 0..<seconds * 10 {
            for index in 0..<2 { network.sendData(0, from: index) }
            network.run(for: .milliseconds(100))
        }
        network.relay?.restart(seed: 99)
        let start = network.now
        network.run(until: start + .seconds(60)) { $0.isAnswered }
        #expect(network.isConverged)
        #expect(network.now - start < .seconds(8))
        network.run(for: .seconds(45))
        #expect(network.isConverged)
        let before = network.peers.map(\.received.count)
        for index in 0..<2 { network.sendData(1, from: index) }
        network.run(for: .seconds(1))
        #expect(network.peers.map(\.received.count) == before.map { $0 + 1 })
    }

    /// The peer is away, and the server says that it still has what we have there. Then it is started again, and forgets:
    /// it says nothing of its own accord, so it is asked soon again.
    @Test(arguments: [2, 10, 35] as [Int64], [false, true])
    func theServerForgetsWhileThePeerIsAway(_ seconds: Int64, _ isTold: Bool) {
        var network = Scenario(policies: [.relayOnly, .relayOnly], hasTURN: true).makeNetwork()
        network.run(for: .seconds(5))
        #expect(network.isConverged)
        let away = network.peers[1].sockets[0].ip
        network.isLost = { _, packet in packet.from.ip == away || packet.to.ip == away }
        network.run(for: .seconds(seconds))
        #expect(network.peers[0].agent.isBroken)
        network.isLost = { _, _ in false }
        network.relay?.restart(seed: 99)
        let start = network.now
        if isTold { for index in 0..<2 { network.peers[index].agent.networkChanged(at: start) } }
        network.run(until: start + .seconds(60)) { $0.isAnswered }
        #expect(network.isAnswered)
        #expect(network.now - start < .seconds(6))
    }

    /// A direct path works, and nothing comes through the relay, which the server still has: it is asked now and then.
    /// When the direct path goes too, and the server has forgotten meanwhile, it is asked soon.
    @Test(arguments: stride(from: 40, to: 70, by: 6).map(Int64.init)) func aQuestionIsBroughtForward(seconds: Int64) {
        var network = Scenario(nats: [.portRestricted, .fullCone], hasTURN: true).makeNetwork()
        network.run(for: .seconds(5))
        #expect(network.isDirect)
        let relay = TestRelay.address
        network.isLost = { _, packet in
            // What peers sent: from relayed ports, on channels, in Data indications.
            packet.from.ip == relay.ip
                && (packet.from != relay || packet.bytes[0] >> 6 != 0 || Array(packet.bytes[..<2]) == [0, 0x17])
        }
        let end = network.now + .seconds(seconds)
        while network.now < end {
            for index in 0..<2 { network.sendData(0, from: index) }
            network.run(for: .milliseconds(100))
        }
        #expect(network.isDirect)
        network.relay?.restart(seed: 99)
        network.isLost = { _, packet in packet.from.ip != relay.ip && packet.to.ip != relay.ip }
        let start = network.now
        network.run(until: start + .seconds(60)) { $0.isAnswered && !$0.isDirect }
        #expect(network.isAnswered && !network.isDirect)
        #expect(network.now - start < .seconds(8))
    }

    /// The server makes allocations, but its answers are lost for so long that all requests are given up: what it has is
    /// given back, and the session starts.
    @Test(arguments: [1, 6, 20, 45] as [Int64]) func allocationsThatNobodyHeardOfAreReplaced(_ seconds: Int64) {
        var network = Scenario(policies: [.relayOnly, .relayOnly], hasTURN: true).makeNetwork()
        let end = network.now + .seconds(seconds)
        // But for the challenges, without which nobody could ask for anything.
        var challenged: Set<TransportAddress> = []
        network.isLost = { network, packet in
            packet.from == TestRelay.address && network.now < end && !challenged.insert(packet.to).inserted
        }
        network.run(for: .seconds(seconds))
        #expect(!network.isConverged)
        #expect(network.relay?.allocationCount == 2)
        network.run(until: end + .seconds(60)) { $0.isConverged }
        #expect(network.isConverged)
        #expect(network.now - end < .seconds(10))
        #expect(network.relay?.allocationCount == 2)
    }

    /// The same under a session, whose server is started again: both ask whether it has their allocations still, it makes
    /// new ones, and they do not hear of it.
    @Test(arguments: [1, 6, 20, 45] as [Int64]) func replacementsThatNobodyHeardOfAreReplaced(_ seconds: Int64) {
        var network = Scenario(policies: [.relayOnly, .relayOnly], hasTURN: true).makeNetwork()
        network.run(for: .seconds(5))
        #expect(network.isConverged)
        network.relay?.restart(seed: 99)
        let end = network.now + .seconds(seconds)
        network.isLost = { network, packet in packet.from == TestRelay.address && network.now < end }
        while network.now < end {
            for index in 0..<2 { network.sendData(0, from: index) }
            network.run(for: .milliseconds(100))
        }
        network.run(until: end + .seconds(60)) { $0.isAnswered }
        #expect(network.isAnswered && network.isConverged)
        #expect(network.now - end < .seconds(15))
    }

    /// Allocations are given back at the end.
    @Test func closeGivesAllocationsBack() {
        var network = Scenario(nats: [.symmetric, .symmetric], hasTURN: true).makeNetwork()
        network.run(for: .seconds(2))
        #expect(network.relay?.allocationCount == 2)
        for index in 0..<2 { network.peers[index].agent.close(at: network.now) }
        network.run(for: .seconds(2))
        #expect(network.relay?.allocationCount == 0)
        #expect(network.peers.allSatisfy { $0.agent.nextDeadline == nil && $0.selected == nil })
    }
}

extension IPAddress {
    /// Of a peer's NAT, and not of a server.
    fileprivate var isOfSite: Bool { self != TestRelay.address.ip && self != TestNetwork.stunServer.ip }
}
