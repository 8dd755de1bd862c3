import ICE
import STUN
import Testing
import WireFormat

/// RFC 6544: direct connections over TCP.
@Suite("TCP between peers")
struct TCPTests {
    private static let port = TransportAddress("10.0.0.1:5000")!
    private static let server = TransportAddress("198.51.100.1:3478")!

    private func lone(_ role: Agent.Role = .controlling, hasServer: Bool = false) -> LoneAgent {
        LoneAgent(role) { configuration in
            configuration.tcpUse.isEnabled = true
            if hasServer { configuration.servers = [Agent.Server(address: Self.server, service: .stun)] }
        }
    }

    private func path(_ remote: String) -> Path {
        Path(transport: .tcp, local: Self.port, remote: TransportAddress(remote)!)
    }

    private func wanted(_ events: [Agent.Event]) -> [Path] {
        events.compactMap { if case .connectionWanted(let path, .peer) = $0 { path } else { nil } }
    }

    /// A lone agent that has come to TCP and has its port.
    private func loneWithPort(_ role: Agent.Role = .controlling) -> LoneAgent {
        var lone = lone(role)
        _ = lone.packets(for: .seconds(1))
        #expect(lone.events().contains(.listenersWanted))
        lone.agent.addListener(Self.port, at: lone.now)
        return lone
    }

    // MARK: When

    @Test func tcpIsTriedWhenUDPHasBroughtNothingForASecond() {
        var lone = lone()
        _ = lone.packets(for: .milliseconds(999))
        #expect(!lone.events().contains(.listenersWanted))
        _ = lone.packets(for: .milliseconds(1))
        #expect(lone.events().filter { $0 == .listenersWanted }.count == 1)
        _ = lone.packets(for: .seconds(60))
        #expect(!lone.events().contains(.listenersWanted))
    }

    @Test func aDirectPathOverUDPKeepsTCPAway() {
        var lone = lone()
        lone.addRemote("192.0.2.1:1")
        lone.validate("192.0.2.1:1")
        _ = lone.packets(for: .seconds(20))
        #expect(!lone.events().contains(.listenersWanted))
    }

    @Test func aRelayedPathDoesNot() {
        var lone = lone()
        lone.addRemote("192.0.2.1:1", .relayed)
        lone.validate("192.0.2.1:1")
        #expect(lone.agent.selectedPair?.isRelayed == true)
        _ = lone.packets(for: .seconds(1))
        #expect(lone.events().contains(.listenersWanted))
    }

    /// The peer offers TCP only when it has no direct path either.
    @Test func aCandidateOfThePeerHurries() {
        var lone = lone()
        _ = lone.packets(for: .milliseconds(300))
        lone.addTCP("192.0.2.1:1")
        _ = lone.packets(for: .milliseconds(1))
        #expect(lone.events().contains(.listenersWanted))
    }

    @Test func itCanBeTurnedOff() {
        var lone = LoneAgent()
        lone.addTCP("192.0.2.1:1")
        _ = lone.packets(for: .seconds(3))
        #expect(!lone.events().contains(.listenersWanted))
        lone.agent.addListener(Self.port, at: lone.now)
        #expect(wanted(lone.events()).isEmpty)
    }

    /// The machine is in another network now: its port at the old address is of no use, and one at the new address is
    /// asked for, also for a session that goes over a relay and has come to TCP long ago.
    @Test(arguments: [true, false]) func thePortFollowsTheAddress(isNewFirst: Bool) {
        var lone = loneWithPort()
        lone.connect("192.0.2.1:1", path("192.0.2.1:1"))
        #expect(lone.agent.selectedPair != nil)
        _ = lone.events()
        let moved = TransportAddress("10.9.0.1:7000")!
        if isNewFirst { lone.agent.addSocket(moved, at: lone.now) }
        lone.agent.removeSocket(Self.port, at: lone.now)
        if !isNewFirst { lone.agent.addSocket(moved, at: lone.now) }
        #expect(lone.agent.selectedPair == nil)
        #expect(!lone.agent.hasListener(at: Self.port.ip) && !lone.agent.hasListener(at: moved.ip))
        _ = lone.packets(for: .seconds(2))
        let events = lone.events()
        #expect(events.filter { $0 == .listenersWanted }.count == 1)
        #expect(events.contains(.connectionReleased(path("192.0.2.1:1"))) && wanted(events).isEmpty)
        lone.agent.addListener(moved, at: lone.now)
        _ = lone.packets(for: .milliseconds(1))
        #expect(
            wanted(lone.events())
                == [Path(transport: .tcp, local: moved, remote: TransportAddress("192.0.2.1:1")!)])
    }

    /// While it has another UDP socket, an address stays; addresses that come together are asked for together.
    @Test func portsAreAskedForWhereThereAreNone() {
        var lone = loneWithPort()
        lone.agent.addSocket(TransportAddress("10.0.0.1:5001")!, at: lone.now)
        lone.agent.removeSocket(Self.port, at: lone.now)
        _ = lone.packets(for: .seconds(2))
        #expect(lone.agent.hasListener(at: Self.port.ip))
        #expect(!lone.events().contains(.listenersWanted))
        for number in 2...4 { lone.agent.addSocket(TransportAddress("10.0.0.\(number):5000")!, at: lone.now) }
        _ = lone.packets(for: .seconds(60))
        #expect(lone.events().filter { $0 == .listenersWanted }.count == 1)
    }

    /// RFC 8489 section 6.2.2: over a connection nothing is repeated.
    @Test func aServerIsAskedOnceOverAConnection() {
        var lone = lone(hasServer: true)
        _ = lone.packets(for: .seconds(1))
        lone.agent.addListener(Self.port, at: lone.now)
        let toServer = Path(transport: .tcp, local: Self.port, remote: Self.server)
        lone.agent.connectionOpened(toServer, at: lone.now)
        #expect(lone.packets(for: .seconds(9)).filter { $0.path == toServer }.count == 1)
    }

    /// A pair that makes room for a better one gives its connection back.
    @Test func aPairThatMakesRoomReleasesItsConnection() {
        var lone = LoneAgent { configuration in
            configuration.tcpUse.isEnabled = true
            configuration.limits.pairs = 2
        }
        _ = lone.packets(for: .seconds(1))
        lone.agent.addListener(Self.port, at: lone.now)
        lone.addTCP("192.0.2.1:1")
        _ = lone.packets(for: .milliseconds(1))
        lone.agent.connectionOpened(path("192.0.2.1:1"), at: lone.now)
        _ = lone.events()
        lone.addRemote("192.0.2.2:1")
        lone.addRemote("192.0.2.3:1")
        #expect(lone.events().contains(.connectionReleased(path("192.0.2.1:1"))))
    }

    // MARK: Candidates

    /// Section 5: the port is offered as a simultaneous-open candidate, and as what a server sees of it. Section 4.2: all
    /// of TCP is below direct UDP; here it is above relays.
    @Test func aPortIsOfferedFromInsideAndOutside() throws {
        var lone = lone(hasServer: true)
        _ = lone.packets(for: .seconds(1))
        _ = lone.events()
        lone.agent.addListener(Self.port, at: lone.now)
        let events = lone.events()
        let toServer = Path(transport: .tcp, local: Self.port, remote: Self.server)
        #expect(events.contains(.connectionWanted(toServer, to: .server)))
        let host = try #require(events.compactMap { if case .localCandidate(let it) = $0 { it } else { nil } }.first)
        #expect(host.tcpType == .simultaneousOpen && host.transport == .tcp && host.kind == .host)
        #expect(host.priority == 81 << 24 | UInt32(0x8000 | 2 << 12 | 0xFFF) << 8 | 255)
        let udpReflexive = CandidatePriority.candidate(.serverReflexive, localPreference: 0)
        #expect(host.priority < udpReflexive)

        lone.agent.connectionOpened(toServer, at: lone.now)
        let request = try #require(lone.packets().first { $0.path == toServer })
        lone.answerServer(request, mapped: TransportAddress("203.0.113.7:40001")!)
        let mapped = try #require(
            lone.events().compactMap { if case .localCandidate(let it) = $0 { it } else { nil } }.first)
        #expect(mapped.kind == .serverReflexive && mapped.tcpType == .simultaneousOpen && mapped.transport == .tcp)
        #expect(mapped.address == TransportAddress("203.0.113.7:40001"))
        #expect(mapped.priority > CandidatePriority.candidate(.relayed, localPreference: .max))
        #expect(mapped.priority < host.priority && mapped.priority < udpReflexive)
    }

    /// Section 6.2: connections are made to passive and simultaneous-open candidates, and awaited from active ones.
    @Test(arguments: TCPType.allCases)
    func pairsFollowTheTypes(_ type: TCPType) {
        var lone = loneWithPort()
        lone.addTCP("192.0.2.1:1", type)
        _ = lone.packets(for: .milliseconds(1))
        #expect(wanted(lone.events()) == (type == .active ? [] : [path("192.0.2.1:1")]))
    }

    /// One address may be there for UDP and for TCP.
    @Test func oneAddressOfTwoTransportsIsTwoCandidates() {
        var lone = loneWithPort()
        lone.addRemote("192.0.2.1:1")
        lone.addTCP("192.0.2.1:1")
        let checks = lone.packets(for: .milliseconds(10))
        #expect(checks.contains { $0.path.transport == .udp })
        #expect(wanted(lone.events()) == [path("192.0.2.1:1")])
    }

    @Test func relayedAndTLSCandidatesAreNotTaken() {
        var lone = loneWithPort()
        lone.addTCP("192.0.2.1:1", kind: .relayed)
        _ = lone.packets(for: .milliseconds(10))
        #expect(wanted(lone.events()).isEmpty)
    }

    // MARK: Connections

    @Test func anOpenConnectionIsCheckedAtOnceAndCarriesData() throws {
        var lone = loneWithPort()
        lone.addTCP("192.0.2.1:1")
        _ = lone.packets(for: .milliseconds(1))
        lone.agent.connectionOpened(path("192.0.2.1:1"), at: lone.now)
        let check = try #require(lone.packets().first)
        #expect(check.path == path("192.0.2.1:1"))
        lone.answer(check)
        let pair = try #require(lone.agent.selectedPair)
        #expect(pair.path == path("192.0.2.1:1") && !pair.isRelayed)
        var way: Path?
        let packet = [UInt8](capacity: 100) { output in
            way = lone.agent.send([0x80, 1, 2].span, over: pair.identifier, into: &output, at: lone.now)
        }
        #expect(way == path("192.0.2.1:1") && packet == [0x80, 1, 2])
    }

    /// Attempts are bounded; the search that goes on while there is no path begins anew.
    @Test func attemptsAreBounded() {
        var lone = loneWithPort()
        lone.addTCP("192.0.2.1:1")
        var attempts = 0
        for _ in 0..<35 {
            _ = lone.packets(for: .milliseconds(100))
            for path in wanted(lone.events()) {
                attempts += 1
                lone.agent.connectionClosed(path, at: lone.now)
            }
        }
        #expect(attempts == 6)
        _ = lone.packets(for: .seconds(5))
        #expect(wanted(lone.events()).count == 1)
    }

    @Test func manyCandidatesAreConnectedToAFewAtATime() {
        var lone = loneWithPort()
        for number in 1...60 { lone.addTCP("192.0.2.\(number):1") }
        _ = lone.packets(for: .seconds(3))
        #expect(wanted(lone.events()).count == 16)
    }

    /// Section 7.1: a check on a connection that the peer has made reveals a peer-reflexive candidate, which is checked
    /// over the same connection; when that is closed, only the peer can make another.
    @Test func theConnectionOfAPeerIsUsed() throws {
        var lone = loneWithPort(.controlled)
        #expect(!lone.agent.usesConnection(path("203.0.113.9:4444")))
        lone.check(from: "203.0.113.9:4444", as: .controlling, nominates: true, transport: .tcp)
        #expect(lone.agent.usesConnection(path("203.0.113.9:4444")))
        let packets = lone.packets()
        #expect(packets.allSatisfy { $0.path == path("203.0.113.9:4444") })
        #expect(packets.contains { $0.messageClass == .successResponse })
        lone.answer(try #require(packets.first { $0.messageClass == .request }))
        #expect(lone.agent.selectedPair?.remote.kind == .peerReflexive)
        #expect(lone.agent.selectedPair?.remote.tcpType == .active)
        #expect(wanted(lone.events()).isEmpty)

        lone.agent.connectionClosed(path("203.0.113.9:4444"), at: lone.now)
        #expect(lone.agent.selectedPair == nil)
        #expect(!lone.agent.usesConnection(path("203.0.113.9:4444")))
        _ = lone.packets(for: .seconds(20))
        let events = lone.events()
        #expect(events.contains { if case .pairLost = $0 { true } else { false } })
        #expect(wanted(events).isEmpty)
    }

    /// A connection that breaks takes its pair with it at once, and is made again.
    @Test func aBrokenConnectionIsMadeAgain() throws {
        var lone = loneWithPort()
        lone.connect("192.0.2.1:1", path("192.0.2.1:1"))
        #expect(lone.agent.selectedPair != nil)
        _ = lone.events()
        lone.agent.connectionClosed(path("192.0.2.1:1"), at: lone.now)
        #expect(lone.agent.selectedPair == nil)
        _ = lone.packets(for: .milliseconds(1_500))
        #expect(wanted(lone.events()) == [path("192.0.2.1:1")])
    }

    @Test func connectionsAtUnknownPortsAreNoOnesBusiness() {
        var lone = loneWithPort()
        let before = lone.agent.description
        let stranger = Path(transport: .tcp, local: TransportAddress("10.0.0.1:9")!, remote: Self.server)
        lone.agent.connectionOpened(stranger, at: lone.now)
        lone.agent.connectionClosed(stranger, at: lone.now)
        lone.agent.connectionOpened(path("203.0.113.9:1"), at: lone.now)
        lone.agent.connectionClosed(path("203.0.113.9:1"), at: lone.now)
        #expect(lone.agent.description == before)
    }

    // MARK: Which is better

    /// UDP is preferred to TCP whenever both go direct, and data moves to it at once.
    @Test func directUDPIsPreferred() {
        var lone = loneWithPort()
        lone.connect("192.0.2.1:1", path("192.0.2.1:1"))
        #expect(lone.agent.selectedPair?.path.transport == .tcp)
        lone.addRemote("192.0.2.9:9")
        for _ in 0..<20 {
            for packet in lone.packets(for: .milliseconds(10)) where packet.messageClass == .request {
                lone.answer(packet)
            }
        }
        #expect(lone.agent.selectedPair?.path.transport == .udp)
    }

    /// TCP is taken instead of a relay unless its round trips are longer by more than a fifth and 5 ms.
    @Test(arguments: [(40, 20, true), (40, 52, true), (40, 70, false), (40, 200, false)])
    func tcpAndRelaysAreComparedByTheirRoundTrips(_ relayed: Int, _ direct: Int, _ isDirectWanted: Bool) {
        var lone = loneWithPort()
        lone.addRemote("192.0.2.2:2", .relayed, foundation: 2)
        lone.addTCP("192.0.2.1:1")
        var underWay: [LoneAgent.Packet] = []
        for _ in 0..<2_000 {
            underWay += lone.packets(for: .milliseconds(1)).filter { $0.messageClass == .request }
            for path in wanted(lone.events()) { lone.agent.connectionOpened(path, at: lone.now) }
            let due = underWay.filter { packet in
                let delay = packet.path.transport == .tcp ? direct : relayed
                return packet.at + .milliseconds(Int64(delay)) <= lone.now
            }
            underWay.removeAll { packet in due.contains { $0.transaction == packet.transaction } }
            for packet in due { lone.answer(packet) }
        }
        #expect(lone.agent.validPairs.count == 2)
        #expect(lone.agent.selectedPair?.isRelayed == !isDirectWanted)
    }
}
