import Glibc
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

    /// Anybody can send tickets of any loop: they send nothing round, and whoever has sent them is served on.
    @Test func forgedTicketsLeadNowhere() throws {
        let server = try RelayServer(threads: Self.threads)
        let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        var patience = timeval(tv_sec: 0, tv_usec: 200_000)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = server.server.address.port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let isConnected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        try #require(isConnected)
        for round in 0..<8 {
            for loop in 0..<UInt8(Self.threads) {
                let refresh = Self.message(4, number: UInt8(round), attribute: Self.ticket(of: loop))
                #expect(send(descriptor, refresh, refresh.count, 0) == refresh.count)
            }
        }
        let request = Self.message(1, number: 255, attribute: [])
        var answer = [UInt8](repeating: 0, count: 1_500)
        let isAnswered = (0..<100).contains { _ in
            send(descriptor, request, request.count, 0)
            for _ in 0..<64 where recv(descriptor, &answer, answer.count, 0) > 20 {
                if answer[0] == 1, answer[1] == 1, answer[8] == 255 { return true }
            }
            return false
        }
        #expect(isAnswered)
    }

    /// A request as RFC 8489 section 5 has it.
    private static func message(_ method: UInt8, number: UInt8, attribute: [UInt8]) -> [UInt8] {
        [0, method, 0, UInt8(attribute.count), 0x21, 0x12, 0xA4, 0x42]
            + [UInt8](repeating: number, count: 12) + attribute
    }

    /// MOBILITY-TICKET (RFC 8016 section 3.4) with the number of a loop where tickets have it.
    private static func ticket(of loop: UInt8) -> [UInt8] {
        [0x80, 0x30, 0, 24, 0, 0, 0, 0, loop] + [UInt8](repeating: 7, count: 19)
    }
}
