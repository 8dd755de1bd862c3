import NetworkIO
import STUN
import TURN
import Testing
import WireFormat

/// The real rdserver with several loops at one port: to its clients it is one.
@Suite("A relay of several loops") struct RelayLoopTests {
    private static let threads = 4

    @Test func allocationsSpreadAndEachWorks() throws {
        let clients = try RelayedClients(24, of: RelayServer(threads: Self.threads))
        try clients.turn("allocation") { $0.client?.relayedAddress != nil }
        let peer = clients.peer
        for loop in clients.loops { _ = loop.machine.client?.permit(peer, at: loop.now) }
        try clients.turn("permission") { $0.events.contains(.permissionInstalled(peer.ip)) }
        for round in 0..<3 { try clients.exchange(round) }
        for loop in clients.loops { _ = loop.machine.client?.bindChannel(to: peer, at: loop.now) }
        try clients.turn("channel") { $0.client?.hasChannel(to: peer) == true }
        for round in 3..<6 { try clients.exchange(round) }
        // That the kernel chose one loop for all is as likely as 4 to the power of -23.
        #expect(Set(clients.owners(of: Self.threads)).count > 1)
    }

    /// What a user may have holds for all loops together.
    @Test func quotasHold() throws {
        let clients = try RelayedClients(20, of: RelayServer(threads: Self.threads), haveOneUser: true)
        try clients.turn("answer") { machine in
            machine.client?.relayedAddress != nil
                || machine.events.contains(.failed(.refused(.allocationQuotaReached)))
        }
        #expect(clients.loops.filter { $0.machine.client?.relayedAddress != nil }.count == 8)
    }

    /// Each client is the peer of the next, whichever loops they are of.
    @Test func clientsReachEachOther() throws {
        let clients = try RelayedClients(16, of: RelayServer(threads: Self.threads))
        try clients.turn("allocation") { $0.client?.relayedAddress != nil }
        let relayed = clients.loops.compactMap { $0.machine.client?.relayedAddress }
        for (number, loop) in clients.loops.enumerated() {
            for neighbour in [relayed[(number + 1) % 16], relayed[(number + 15) % 16]] {
                _ = loop.machine.client?.bindChannel(to: neighbour, at: loop.now)
            }
        }
        try clients.turn("channels") { machine in
            relayed.filter { machine.client?.hasChannel(to: $0) == true }.count == 2
        }
        for (number, loop) in clients.loops.enumerated() {
            loop.machine.outgoing.append((relayed[(number + 1) % 16], [UInt8(number)]))
        }
        try clients.turn("payload") { !$0.received.isEmpty }
        #expect(clients.loops.map(\.machine.received) == (0..<16).map { [[UInt8(($0 + 15) % 16)]] })
        let owners = clients.owners(of: Self.threads)
        #expect(owners.indices.contains { owners[$0] != owners[($0 + 1) % 16] })
    }

    /// A client that comes from another address, which the kernel gives to any loop, is served on (RFC 8016).
    @Test func clientsThatMoveAreServed() throws {
        let clients = try RelayedClients(16, of: RelayServer(threads: Self.threads)) {
            configuration, _ in configuration.isMobile = true
        }
        try clients.turn("allocation") { $0.client?.relayedAddress != nil }
        let peer = clients.peer
        let before = clients.loops.map(\.machine.client?.relayedAddress)
        for loop in clients.loops { _ = loop.machine.client?.bindChannel(to: peer, at: loop.now) }
        try clients.turn("channel") { $0.client?.hasChannel(to: peer) == true }
        for round in 0..<4 {
            for loop in clients.loops {
                loop.machine.events = []
                let local = try loop.bind(RelayedClients.loopback)
                let moves = loop.machine.client?.move(to: local, at: loop.now)
                #expect(moves == true)
            }
            try clients.turn("move") { $0.events.contains(.moved) }
            for exchange in 0..<3 { try clients.exchange(round * 3 + exchange) }
        }
        #expect(clients.loops.map(\.machine.client?.relayedAddress) == before)
    }

    /// The next port waits at the loop that reserved it, wherever who has its token comes in.
    @Test func reservedPortsAreFound() throws {
        let server = try RelayServer(threads: Self.threads)
        let first = try RelayedClients(8, of: server) { configuration, _ in
            configuration.port = .evenAndNext
        }
        try first.turn("allocation") { machine in
            machine.events.contains { if case .reserved = $0 { true } else { false } }
        }
        let tokens = first.loops.flatMap { loop in
            loop.machine.events.compactMap { if case .reserved(let token) = $0 { token } else { nil } }
        }
        try #require(tokens.count == 8)
        let second = try RelayedClients(8, of: server) { configuration, number in
            configuration.port = .reserved(tokens[number])
        }
        try second.turn("allocation") { $0.client?.relayedAddress != nil }
        let ports = [first, second].map { $0.loops.compactMap { $0.machine.client?.relayedAddress?.port } }
        #expect(ports[1] == ports[0].map { $0 + 1 })
        for loop in second.loops { _ = loop.machine.client?.permit(second.peer, at: loop.now) }
        try second.turn("permission") { $0.events.contains(.permissionInstalled(second.peer.ip)) }
        for round in 0..<2 { try second.exchange(round) }
    }
}
