import ICE
import STUN
import Testing
import WireFormat

/// More sockets and servers than allocations that are held at once.
@Suite("Places for relays")
struct RelayPlacesTests {
    private static let stream = TransportAddress("10.0.0.1:9000")!
    private static let secure = TransportAddress("10.0.0.1:9001")!

    private static func server(_ transport: TransportProtocol) -> Agent.Server {
        Agent.Server(
            address: TestRelay.address, transport: transport,
            service: .turn(username: TestRelay.username, password: TestRelay.password))
    }

    /// A machine with so many addresses, where nothing answers.
    private static func lone(addresses: Int) -> LoneAgent {
        LoneAgent(sockets: (1...addresses).map { "10.0.0.\($0):5000" }) { configuration in
            configuration.servers = [TransportProtocol.udp, .tcp, .tls].map(server)
        }
    }

    private static func relayCounts(_ lone: LoneAgent) -> (count: Int, limit: Int) {
        lone.agent.footprint.first { $0.name == "relays" }.map { ($0.count, $0.limit) } ?? (0, 0)
    }

    /// Where UDP is blocked, connections are the only way out, however many addresses were tried in vain before: while
    /// they still are, and when all have been given up.
    @Test(arguments: [1, 3, 4, 5, 8, 20], [0, 120, 3_000, 6_000, 60_000] as [Int64])
    func connectionsFindAPlace(addresses: Int, milliseconds: Int64) {
        var lone = Self.lone(addresses: addresses)
        _ = lone.packets(for: .milliseconds(milliseconds))
        lone.agent.addSocket(Self.stream, transport: .tcp, server: TestRelay.address, at: lone.now)
        lone.agent.addSocket(Self.secure, transport: .tls, server: TestRelay.address, at: lone.now)
        let packets = lone.packets(for: .milliseconds(500))
        for transport in [TransportProtocol.tcp, .tls] { #expect(packets.contains { $0.path.transport == transport }) }
        let (count, limit) = Self.relayCounts(lone)
        #expect(count <= limit)
        // UDP is not given up for it.
        let later = lone.packets(for: .seconds(20))
        #expect(later.contains { $0.path.transport == .udp && $0.path.remote == TestRelay.address })
    }

    /// The first addresses are those of container bridges: the others get their turn, and only so many at once.
    @Test(arguments: [5, 8, 12]) func everyAddressGetsItsTurn(addresses: Int) {
        var lone = Self.lone(addresses: addresses)
        let first = lone.packets(for: .seconds(4)).filter { $0.path.remote == TestRelay.address }
        #expect(Set(first.map(\.path.local)).count == 4)
        let all = first + lone.packets(for: .seconds(16)).filter { $0.path.remote == TestRelay.address }
        #expect(Set(all.map(\.path.local)).count == addresses)
    }

    /// A pair's first answer makes the next thing start, here an allocation over a connection, for which another one steps
    /// back with its pairs: the pair that was answered stands elsewhere then.
    @Test func anAnswerMayRemovePairs() throws {
        var relay = TestRelay(seed: 1)
        var lone = LoneAgent(sockets: (1...3).map { "10.0.0.\($0):5000" }) { configuration in
            configuration.servers = [TransportProtocol.udp, .tcp, .tls].map(Self.server)
            configuration.limits.relays = 3
        }
        lone.run(for: .seconds(1), with: &relay)
        #expect(relay.allocationCount == 3)
        lone.addRemote("192.0.2.1:1")
        lone.run(for: .milliseconds(500), with: &relay)
        let late = TransportAddress("10.0.0.4:5000")!
        lone.agent.addSocket(late, at: lone.now)
        let check = try #require(
            lone.packets(for: .milliseconds(500)).last {
                $0.path.local == late && $0.path.remote == TransportAddress("192.0.2.1:1")!
            })
        lone.agent.addSocket(Self.stream, transport: .tcp, server: TestRelay.address, at: lone.now)
        lone.agent.addSocket(Self.secure, transport: .tls, server: TestRelay.address, at: lone.now)
        lone.now = lone.now + .milliseconds(60)
        lone.answer(check)
        #expect(lone.agent.selectedPair?.path == check.path)
        let transports = lone.packets().filter { $0.path.remote == TestRelay.address }.map(\.path.transport)
        #expect(transports.contains(.tls))
    }

    /// A server reached over IPv6, natively or through a NAT64, mostly relays IPv4, and is asked for what it has; for IPv6
    /// if it has no IPv4.
    @Test func theServerChoosesTheFamily() throws {
        let server = TransportAddress("[2001:db8::3478]:3478")!
        var lone = LoneAgent(sockets: ["[2001:db8::1]:5000"]) { configuration in
            configuration.servers = [
                Agent.Server(address: server, service: .turn(username: TestRelay.username, password: "1"))
            ]
        }
        let first = try #require(lone.packets(for: .milliseconds(100)).first { $0.path.remote == server })
        #expect(first.family == nil)
        lone.refuse(first, .addressFamilyNotSupported)
        let second = try #require(lone.packets(for: .milliseconds(100)).first { $0.path.remote == server })
        #expect(second.family == .ipv6)
        lone.refuse(second, .addressFamilyNotSupported)
        let later = lone.packets(for: .seconds(10)).filter { $0.path.remote == server }
        #expect(!later.isEmpty && later.allSatisfy { $0.at >= second.at + .seconds(1) })
    }

    /// A machine with four addresses that have their relays moves with one of them: the new address comes before the old
    /// one goes, and gets the place of the old one.
    @Test func aNewAddressTakesThePlaceOfTheOld() {
        var network = Scenario(policies: [.relayOnly, .relayOnly], hasTURN: true).makeNetwork()
        for number in 1...3 as ClosedRange<UInt16> {
            let further = TransportAddress(ip: network.peers[0].sockets[0].ip, port: 6_000 + number)
            network.peers[0].sockets.append(further)
            network.peers[0].agent.addSocket(further, at: .zero)
        }
        network.run(for: .seconds(5))
        #expect(network.isConverged)
        #expect(network.relay?.allocationCount == 5)
        let new = TransportAddress("203.0.113.77:7000")!
        network.peers[0].agent.addSocket(new, at: network.now)
        let old = network.peers[0].sockets
        network.peers[0].sockets.append(new)
        network.run(for: .seconds(5))
        #expect(network.relay?.allocationCount == 5)
        for socket in old { network.peers[0].agent.removeSocket(socket, at: network.now) }
        network.peers[0].sockets = [new]
        let start = network.now
        network.run(until: start + .seconds(20)) { $0.isAnswered }
        #expect(network.isAnswered)
        #expect(network.now - start < .seconds(2))
    }
}
