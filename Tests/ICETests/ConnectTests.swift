import ICE
import Testing
import WireFormat

@Suite("Two agents connect")
struct ConnectTests {
    @Test func inTheOpen() {
        var network = Scenario().makeNetwork()
        network.run(until: .zero + .seconds(1)) { $0.isConverged }
        #expect(network.isDirect)
        // Candidates and credentials are there after 20 ms; then a round trip for the check and one to nominate.
        #expect(network.now <= .zero + .milliseconds(65))
        #expect(network.peers[0].selected?.local.kind == .host)
    }

    /// Symmetric NATs on both sides, and IPv6 beside them: direct, on the path that is there.
    @Test func overIPv6WhereIPv4Cannot() {
        var network = Scenario(nats: [.symmetric, .symmetric], hasTURN: true).makeNetwork()
        for index in 0..<2 {
            let socket = TransportAddress("[2001:db8:\(index)::1]:6000")!
            network.peers[index].sockets.append(socket)
            network.peers[index].agent.addSocket(socket, at: .zero)
        }
        network.run(for: .seconds(3))
        #expect(network.isDirect)
        #expect(network.peers[0].selected?.local.address.ip.isIPv4 == false)
        #expect(network.peers[0].agent.validPairs.contains { $0.isRelayed })
    }

    /// Two peers behind one NAT use their own addresses.
    @Test func onOneSite() {
        var network = Scenario(hasTURN: true, isSameSite: true).makeNetwork()
        network.run(for: .seconds(2))
        #expect(network.isDirect)
        #expect(network.peers.allSatisfy { $0.selected?.remote.kind == .host })
    }

    /// `Pacing`: new checks are at least 5 ms apart, after the burst 50 ms.
    @Test func checksArePaced() {
        var network = Scenario(hasSTUN: false).makeNetwork()
        network.peers[1].isSignaling = false
        for number in 0..<60 as Range<UInt32> {
            let candidate = Candidate(
                kind: .host, address: TransportAddress(ip: .v4(0xC633_6500 + number), port: 9), priority: number + 1,
                foundation: number)
            network.peers[0].agent.addRemoteCandidate(candidate, at: .zero)
        }
        var firsts: [TransportAddress: Instant] = [:]
        var times: [Instant] = []
        network.isLost = { network, packet in
            guard packet.from.port == 5_000 else { return true }
            if firsts.updateValue(network.now, forKey: packet.to) == nil { times.append(network.now) }
            return true
        }
        network.run(for: .seconds(2))
        #expect(times.count == 60)
        for (index, (earlier, later)) in zip(times, times.dropFirst()).enumerated() {
            #expect(later - earlier >= (index < 40 ? .milliseconds(5) : .milliseconds(50)))
        }
    }

    static let traversable: [(TestNAT.Kind?, TestNAT.Kind?)] = {
        let kinds: [TestNAT.Kind?] = [nil, .fullCone, .portRestricted, .symmetric]
        var pairs: [(TestNAT.Kind?, TestNAT.Kind?)] = []
        for first in kinds {
            for second in kinds {
                let kindsOfPair = [first, second]
                if kindsOfPair.contains(.symmetric),
                    kindsOfPair.allSatisfy({ $0 == .symmetric || $0 == .portRestricted })
                {
                    continue
                }
                pairs.append((first, second))
            }
        }
        return pairs
    }()

    @Test(arguments: traversable)
    func throughNATs(_ first: TestNAT.Kind?, _ second: TestNAT.Kind?) {
        var network = Scenario(nats: [first, second]).makeNetwork()
        network.run(for: .seconds(3))
        #expect(network.isDirect)
        #expect(network.peers.allSatisfy { $0.selected?.roundTripTime == .milliseconds(20) })
    }
}
