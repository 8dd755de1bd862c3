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
