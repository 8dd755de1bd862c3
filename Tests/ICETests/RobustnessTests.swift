import ICE
import STUN
import Testing
import WireFormat

@Suite("Hostile packets")
struct RobustnessTests {
    /// Bits of packets flip, packets are cut, doubled and random ones added: the session stands, and nothing traps.
    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func mutatedPacketsEndNothing(_ seed: UInt64) {
        var network = Scenario(nats: [.fullCone, .fullCone], seed: seed).makeNetwork()
        network.meddle = { network, packet in
            var copies = [packet]
            for _ in 0..<3 {
                var bytes = packet.bytes
                switch network.random.next() % 3 {
                case 0: bytes = network.random.bytes(count: Int(network.random.next() % 200))
                case 1: bytes.removeLast(Int(network.random.next() % UInt64(bytes.count)))
                default:
                    for _ in 0...network.random.next() % 4 {
                        bytes[Int(network.random.next() % UInt64(bytes.count))] ^= 1 << UInt8(network.random.next() % 8)
                    }
                }
                copies.append(
                    TestNetwork.Packet(
                        at: packet.at, number: packet.number, from: packet.from, to: packet.to, bytes: bytes))
            }
            return copies.shuffled(using: &network.random)
        }
        network.run(for: .seconds(2))
        #expect(network.isDirect)
        network.run(for: .seconds(20))
        #expect(network.isDirect)
        for peer in network.peers {
            #expect(!peer.hasLostPair)
            #expect(peer.agent.validPairs.count <= 3)
        }
    }

    /// Who listens on the way repeats a check of the peer's: a few answers leave, as many as a peer that repeats its check
    /// itself may need, and the pair lives.
    @Test func aRepeatedCheckCostsNothing() {
        var lone = LoneAgent()
        lone.addRemote("192.0.2.1:1")
        lone.validate("192.0.2.1:1")
        _ = lone.packets(for: .seconds(1))
        lone.check(from: "192.0.2.1:1", copies: 1_000)
        let packets = lone.packets()
        #expect((1...7).contains(packets.count { $0.messageClass == .successResponse }))
    }

    /// Ever new checks, more than are answered in a second: our own leave all the same.
    @Test func checksComeNotInTheWayOfOurs() {
        var lone = LoneAgent()
        lone.addRemote("192.0.2.1:1")
        lone.validate("192.0.2.1:1")
        _ = lone.events()
        let end = lone.now + .seconds(60)
        while lone.now < end {
            for _ in 0..<4 { lone.check(from: "192.0.2.1:1") }
            for packet in lone.packets(for: .milliseconds(4)) where packet.messageClass == .request {
                lone.answer(packet)
            }
        }
        #expect(lone.agent.selectedPair != nil)
        #expect(!lone.events().contains { if case .pairLost = $0 { true } else { false } })
    }

    /// Packets from strangers are dropped, create no pair and are not answered.
    @Test func strangersGetNothing() {
        var network = Scenario().makeNetwork()
        var captured: [[UInt8]] = []
        network.meddle = { _, packet in
            captured.append(packet.bytes)
            return [packet]
        }
        network.run(for: .seconds(12))
        network.meddle = nil
        let (sent, valid) = (network.sent, network.peers.map(\.agent.validPairs))
        var random = SeededRandom(seed: 7)
        for index in 0..<2 {
            let path = Path(local: network.peers[index].sockets[0], remote: TransportAddress("192.0.2.99:9")!)
            for _ in 0..<500 {
                network.receive(mutate(captured.randomElement(using: &random) ?? [0], &random), path, at: index)
                network.receive(forge(toward: index, &random), path, at: index)
                network.receive(random.bytes(count: Int(random.next() % 100)), path, at: index)
                network.receive([0x80, 1, 2, 3], path, at: index)
            }
            #expect(network.peers[index].dropped >= 2_000)
        }
        #expect(network.sent == sent)
        #expect(network.peers.map(\.agent.validPairs) == valid)
        #expect(network.peers.allSatisfy { $0.received.isEmpty })
    }

    private func mutate(_ bytes: [UInt8], _ random: inout SeededRandom) -> [UInt8] {
        var bytes = bytes
        bytes[Int(random.next() % UInt64(bytes.count))] ^= 0x10
        // An indication is dropped in silence.
        if bytes.count > 1, bytes[0] == 0, bytes[1] == 0x11 { bytes[0] = 0x20 }
        return bytes
    }

    /// A check in perfect form by someone who knows the user names but not the password.
    private func forge(toward index: Int, _ random: inout SeededRandom) -> [UInt8] {
        [UInt8](capacity: 200) { output in
            var message = MessageBuilder(
                .request, .binding, transaction: TransactionIdentifier(random: &random), into: &output)
            message.add(.username, "user\(index)gen1:user\(1 - index)gen1", to: &output)
            message.add(.priority, UInt32(1 << 30), to: &output)
            message.add(.iceControlling, UInt64.max, to: &output)
            message.add(.useCandidate, to: &output)
            message.add(.beelineNomination, UInt32.max, to: &output)
            message.addIntegrity(IntegrityKey(shortTermPassword: "password-that-is-not-the-one"), to: &output)
            message.addFingerprint(to: &output)
            _ = message.finish(&output)
        }
    }

    /// An answer that was recorded is worth nothing when it is replayed from elsewhere.
    @Test func answersFromElsewhereAreIgnored() {
        var network = Scenario().makeNetwork()
        var count = 0
        network.meddle = { _, packet in
            guard packet.bytes[0] == 1, packet.to != TestNetwork.stunServer else { return [packet] }
            count += 1
            let elsewhere = TransportAddress("192.0.2.99:9")!
            return [
                TestNetwork.Packet(
                    at: packet.at, number: packet.number, from: elsewhere, to: packet.to, bytes: packet.bytes)
            ]
        }
        network.run(for: .seconds(3))
        #expect(count > 0)
        #expect(network.peers.allSatisfy { $0.selected == nil })
    }

    /// A peer that offers thousands of candidates costs no more than the limits allow.
    @Test func aFloodOfCandidatesIsBounded() {
        var network = Scenario().makeNetwork()
        network.run(for: .milliseconds(10))
        let before = network.sent
        for number in 0..<5_000 as Range<UInt32> {
            let candidate = Candidate(
                kind: number % 2 == 0 ? .host : .relayed,
                address: TransportAddress(ip: .v4(0xCB00_7200 + number), port: 9), priority: number &* 2_654_435_761,
                foundation: number % 3)
            network.peers[0].agent.addRemoteCandidate(candidate, at: network.now)
        }
        network.run(for: .seconds(1))
        // 64 candidates; the first check of each, and what repetitions fall into the second.
        #expect(network.sent - before < 64 * 5)
        network.run(for: .seconds(20))
        #expect(network.isDirect)
    }

    /// A peer that names a fresh address ten times a second, in signaling or by checks from there: the tables have 64
    /// places, 16 of them are given to others at once, and then one every four seconds; the first eviction comes after
    /// 6.4 seconds, and the peer's own address still finds a place in the end.
    @Test(arguments: [false, true]) func strangersAreRationed(isLearned: Bool) {
        var lone = LoneAgent()
        var asked: Set<TransportAddress> = []
        func offer(_ address: String, foundation: UInt32) {
            if isLearned { lone.check(from: address) } else { lone.addRemote(address, foundation: foundation) }
        }
        func collect(for interval: Interval) {
            for packet in lone.packets(for: interval) where packet.messageClass == .request {
                asked.insert(packet.path.remote)
            }
        }
        for number in 0..<1_000 as Range<UInt32> {
            offer("203.0.\(113 + number / 250).\(1 + number % 250):9", foundation: number)
            collect(for: .milliseconds(100))
        }
        #expect((64 + 36...64 + 40).contains(asked.count), "\(asked.count) addresses were asked")
        collect(for: .seconds(5))
        offer("192.0.2.7:9", foundation: 5_000)
        collect(for: .seconds(10))
        #expect(asked.contains(TransportAddress("192.0.2.7:9")!))
    }

    /// Authenticated checks from thousands of addresses: what a peer gone mad could do.
    @Test func aFloodOfAddressesIsBounded() {
        var network = Scenario().makeNetwork()
        network.run(for: .seconds(1))
        var check: [UInt8]?
        network.meddle = { _, packet in
            if packet.bytes[0] == 0, packet.bytes[1] == 1, packet.from.port == 5_000 { check = packet.bytes }
            return [packet]
        }
        network.run(for: .seconds(7))
        network.meddle = nil
        guard let check else {
            Issue.record("no consent check in seven seconds")
            return
        }
        let before = network.sent
        for number in 0..<5_000 as Range<UInt32> {
            let remote = TransportAddress(ip: .v4(0xCB00_7200 + number), port: 9)
            network.receive(check, Path(local: network.peers[1].sockets[0], remote: remote), at: 1)
        }
        // The bucket holds a quarter of a second at 400 a second, and nothing of virtual time has passed.
        #expect(network.sent - before <= 101)
        network.run(for: .seconds(40))
        #expect(network.isConverged)
    }
}
