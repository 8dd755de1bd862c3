import STUN
import TURN
import Testing
import WireFormat

/// Our TURN client against coturn.
@Suite("TURN client with coturn", .enabled(if: CoturnProgram.areUsable, "\(CoturnProgram.missing)"))
struct CoturnServerTests {
    /// Indications first, then a channel; then the allocation is given back.
    @Test(arguments: TransportProtocol.allCases)
    func relaysBothWays(transport: TransportProtocol) throws {
        let world = try RelayedClientWorld()
        let peer = try world.addPeer()
        let relayed = try world.allocate(over: transport)
        #expect(relayed.ip == peer.ip)
        world.loop.machine.client?.permit(peer, at: world.loop.now)
        try world.turn("permission") { world.loop.machine.client?.hasPermission(for: peer.ip) == true }
        try world.exchange(50, with: peer)
        world.loop.machine.client?.bindChannel(to: peer, at: world.loop.now)
        try world.turn("channel") { world.loop.machine.client?.hasChannel(to: peer) == true }
        try world.exchange(50, with: peer)
        #expect(world.loop.machine.atPeers.allSatisfy { $0.from == relayed })
        world.loop.machine.client?.deallocate(at: world.loop.now)
        try world.turn("end") { world.loop.machine.events.last == .deallocated }
    }

    @Test(arguments: TransportProtocol.allCases)
    func wrongPasswordsAreTold(transport: TransportProtocol) throws {
        let world = try RelayedClientWorld()
        try world.start(over: transport, password: "wrong")
        try world.turn("refusal") { !world.loop.machine.events.isEmpty }
        #expect(world.loop.machine.events == [.failed(.wrongCredentials)])
    }

    @Test func relaysIPv6() throws {
        let world = try RelayedClientWorld()
        let peer = try world.addPeer("::1")
        let relayed = try world.allocate(over: .udp) { $0.family = .ipv6 }
        #expect(!relayed.ip.isIPv4)
        world.loop.machine.client?.bindChannel(to: peer, at: world.loop.now)
        try world.turn("channel") { world.loop.machine.client?.hasChannel(to: peer) == true }
        try world.exchange(20, with: peer)
        #expect(world.loop.machine.atPeers.allSatisfy { $0.from == relayed })
    }

    /// coturn up to 4.6 takes no notice of ADDITIONAL-ADDRESS-FAMILY: the IPv4 half works, and we say that it is alone.
    @Test func aServerMayHaveOneFamilyOnly() throws {
        let world = try RelayedClientWorld()
        let peer = try world.addPeer()
        try world.allocate(over: .udp) { $0.wantsBothFamilies = true }
        try world.turn("second family's fate") {
            world.loop.machine.events.contains { event in
                switch event {
                case .allocatedAlso, .additionalFamilyRefused: true
                default: false
                }
            }
        }
        world.loop.machine.client?.permit(peer, at: world.loop.now)
        try world.exchange(20, with: peer)
    }

    @Test func reservesTheNextPort() throws {
        let world = try RelayedClientWorld()
        let first = try world.allocate(over: .udp) { $0.port = .evenAndNext }
        guard case .reserved(let token)? = world.loop.machine.events.last else {
            Issue.record("no token: \(world.loop.machine.events)")
            return
        }
        let second = try world.allocate(over: .udp) { $0.port = .reserved(token) }
        #expect(first.port.isMultiple(of: 2) && second.port == first.port + 1)
    }

    /// The allocation goes along to another socket (RFC 8016).
    @Test func movesAlong() throws {
        let world = try RelayedClientWorld()
        let peer = try world.addPeer()
        let relayed = try world.allocate(over: .udp) { $0.isMobile = true }
        world.loop.machine.client?.bindChannel(to: peer, at: world.loop.now)
        try world.turn("channel") { world.loop.machine.client?.hasChannel(to: peer) == true }
        try world.exchange(10, with: peer)
        let other = try world.loop.bind(try #require(TransportAddress("127.0.0.1:0")))
        let hasMoved = world.loop.machine.client?.move(to: other, at: world.loop.now)
        #expect(hasMoved == true)
        try world.turn("move") { world.loop.machine.events.contains(.moved) }
        try world.exchange(10, with: peer)
        #expect(world.loop.machine.atPeers.allSatisfy { $0.from == relayed })
    }
}
