import ICE
import Testing
import WireFormat

@Suite("Consent and the data path")
struct LivenessTests {
    static func isCheck(_ packet: TestNetwork.Packet) -> Bool { packet.bytes[0] < 2 }

    /// RFC 7675: nothing comes any more, so after 30 seconds nothing may be sent any more.
    @Test func consentExpires() {
        var network = Scenario().makeNetwork()
        network.run(for: .seconds(1))
        #expect(network.isDirect)
        let death = network.now
        network.isLost = { _, _ in true }
        network.run(until: death + .seconds(60)) { $0.peers.allSatisfy { $0.selected == nil } }
        #expect(network.now - death <= .seconds(30))
        #expect(network.now - death >= .seconds(23))
        let pair = network.peers[0].selections[0].identifier
        let isSent = network.sendData(1, from: 0, over: pair)
        #expect(!isSent)
        network.run(for: .seconds(40))
        for peer in network.peers { #expect(peer.events.contains(.pairLost(pair)) && peer.events.contains(.failed)) }
        network.isLost = { _, _ in false }
        network.run(for: .seconds(15))
        #expect(network.isDirect)
    }

    /// RFC 8489 section 6.2.1, with our timeouts: the last of seven checks leaves after 6.3 seconds and is waited for 1.6, so
    /// that the search ten seconds after the start finds that the pair has failed, and begins anew.
    @Test func aPairFailsAfterItsLastCheck() {
        var lone = LoneAgent()
        lone.addRemote("192.0.2.1:1")
        let times = lone.packets(for: .seconds(12)).map { ($0.at - Instant.zero).nanoseconds / 1_000_000 }
        #expect(times.contains { (6_000..<6_700).contains($0) })
        #expect(times.contains { (9_900..<10_500).contains($0) })
    }

    /// The peer has moved often, and now nothing works: only the pairs that were kept last are asked all the time.
    @Test func pairsOfLongAgoAreNotRevived() {
        var lone = LoneAgent()
        let places = (1...10).map { "192.0.2.\($0):1" }
        func stay(at place: String?, for interval: Interval) -> [LoneAgent.Packet] {
            var all: [LoneAgent.Packet] = []
            let end = lone.now + interval
            while lone.now < end {
                let packets = lone.packets(for: .milliseconds(20)).filter { $0.messageClass == .request }
                for packet in packets where "\(packet.path.remote)" == place { lone.answer(packet) }
                all += packets
            }
            return all
        }
        for place in places {
            lone.addRemote(place)
            _ = stay(at: place, for: .seconds(50))
            #expect(lone.agent.selectedPair.map { "\($0.remote.address)" } == place)
        }
        _ = stay(at: nil, for: .seconds(35))
        #expect(lone.agent.selectedPair == nil)
        let asked = stay(at: nil, for: .seconds(20))
        let often = Set(asked.map(\.path.remote)).filter { remote in asked.count { $0.path.remote == remote } > 100 }
        #expect((1...4).contains(often.count))
        #expect(often.contains(TransportAddress("192.0.2.10:1")!))
    }

    /// RFC 7675 section 5.1: about every five seconds on each side, and never a burst.
    @Test func consentChecksAreFiveSecondsApart() {
        var network = Scenario().makeNetwork()
        network.run(for: .seconds(10))
        var times: [[Instant]] = [[], []]
        network.meddle = { network, packet in
            if packet.bytes[0] == 0, packet.bytes[1] == 1 {
                times[packet.from.port == 5_000 ? 0 : 1].append(network.now)
            }
            return [packet]
        }
        network.run(for: .seconds(200))
        for side in times {
            #expect((33...51).contains(side.count))
            for (earlier, later) in zip(side, side.dropFirst()) {
                #expect((4_000...6_000).contains((later - earlier).nanoseconds / 1_000_000))
            }
        }
    }

    /// Payload goes both ways over the selected pair as soon as there is one.
    @Test func dataFlows() {
        var network = Scenario(nats: [.portRestricted, .symmetric], hasSTUN: true).makeNetwork()
        network = Scenario(nats: [.portRestricted, .portRestricted]).makeNetwork()
        network.run(for: .seconds(1))
        for number in 0..<100 as Range<UInt8> {
            network.sendData(number, from: 0)
            network.sendData(number, from: 1)
            network.run(for: .milliseconds(5))
        }
        network.run(for: .seconds(1))
        for peer in network.peers {
            #expect(peer.received.map(\.number) == Array(0..<100))
            #expect(peer.received.allSatisfy { $0.pair == peer.selected?.identifier })
        }
    }

    /// Data without a reply makes the agent look after the path at once, and no faster than four times a second.
    @Test func silenceIsNoticed() {
        var network = Scenario().makeNetwork()
        network.run(for: .seconds(1))
        var checks = 0
        network.meddle = { _, packet in
            if packet.bytes[0] == 0, packet.from.port == 5_000 { checks += 1 }
            return [packet]
        }
        for number in 0..<200 {
            network.sendData(UInt8(number), from: 0)
            network.run(for: .milliseconds(10))
        }
        #expect((4...10).contains(checks))
    }

    /// The attribute travels in the checks, once, whatever is lost.
    @Test(arguments: [600, 601, 1, 0], [0, 1])
    func checkDataArrives(_ size: Int, _ sender: Int) {
        let data = [UInt8](repeating: 0xAB, count: size)
        var network = Scenario(nats: [.portRestricted, .portRestricted]).makeNetwork()
        network.peers[sender].agent.checkData = data
        network.isLost = { network, _ in network.random.next() % 4 == 0 }
        network.run(for: .seconds(3))
        let seen = network.peers[1 - sender].events.filter { if case .checkData = $0 { true } else { false } }
        #expect(seen == (size <= 600 ? [.checkData(data)] : []))
        #expect(network.isDirect)
    }

    /// Set in a running session, it is delivered at once rather than with the next consent check.
    @Test func checkDataIsDeliveredAtOnce() {
        var network = Scenario().makeNetwork()
        network.run(for: .seconds(2))
        network.peers[0].agent.checkData = [1, 2, 3]
        var isFirst = true
        network.isLost = { _, _ in
            defer { isFirst = false }
            return isFirst
        }
        network.run(for: .milliseconds(400))
        #expect(network.peers[1].events.contains(.checkData([1, 2, 3])))
        network.peers[0].agent.checkData = nil
        var size = 0
        network.meddle = { _, packet in
            size = max(size, packet.bytes.count)
            return [packet]
        }
        network.run(for: .seconds(10))
        #expect(size > 0 && size < 140)
    }
}
