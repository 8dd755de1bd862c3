import ICE
import Testing
import WireFormat

/// Random networks in which everything goes wrong for a while: afterwards both sides use one pair, a direct one where
/// the NATs allow it, and data arrives.
@Suite("Convergence")
struct ConvergenceTests {
    @Test(arguments: 1...60 as ClosedRange<UInt64>)
    func afterAnyTrouble(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let kinds: [TestNAT.Kind?] = [nil, .fullCone, .portRestricted, .symmetric]
        var scenario = Scenario(hasTURN: true, seed: seed)
        scenario.nats = (0..<2).map { _ in kinds.randomElement(using: &random) ?? nil }
        scenario.roles = (0..<2).map { _ in Bool.random(using: &random) ? .controlling : .controlled }
        scenario.credentialsAfter = (0..<2).map { _ in .milliseconds(Int64(random.next() % 150)) }
        scenario.signalingDelay = (0..<2).map { _ in .milliseconds(Int64(random.next() % 150)) }
        scenario.delay = (0..<2).map { _ in .milliseconds(Int64(1 + random.next() % 80)) }
        var network = scenario.makeNetwork()
        network.jitter = .milliseconds(15)
        for _ in 0..<6 {
            network.trouble(&random)
            for _ in 0..<random.next() % 30 {
                for index in 0..<2 { network.sendData(1, from: index) }
                network.run(for: .milliseconds(100))
            }
        }
        network.isLost = { _, _ in false }
        for _ in 0..<450 {
            for index in 0..<2 { network.sendData(1, from: index) }
            network.run(for: .milliseconds(100))
        }
        let hasHardNAT =
            scenario.nats.contains(.symmetric)
            && scenario.nats.allSatisfy { $0 == .symmetric || $0 == .portRestricted }
        #expect(network.isAnswered)
        #expect(network.isDirect == !hasHardNAT, "\(scenario.nats)")
        #expect(network.peers[0].agent.role != network.peers[1].agent.role)
    }
}

extension TestNetwork {
    /// Something that happens to networks.
    mutating func trouble(_ random: inout SeededRandom) {
        let relay = TestRelay.address.ip
        switch random.next() % 7 {
        case 0: isLost = { network, _ in network.random.next() % 4 == 0 }
        case 1: isLost = { _, packet in packet.from.ip != relay && packet.to.ip != relay }
        case 2: isLost = { _, packet in packet.from.ip == relay || packet.to.ip == relay }
        case 3:
            let victim = peers[Int(random.next() % 2)].nat?.outside
            isLost = { _, packet in packet.from.ip == victim }
        case 4: self.relay?.restart(seed: random.next())
        case 5: peers[Int(random.next() % 2)].nat?.forgetMappings()
        default: isLost = { _, _ in false }
        }
    }
}
