import NetworkIO
import STUN
import TURN
import Testing
import WireFormat

/// Clients of one relay, each with a loop and sockets of its own, and a peer that sends back what it gets.
final class RelayedClients {
    typealias Loop = DatagramLoop<RelayedClientMachine>

    static let loopback = TransportAddress(ip: .v4(0x7F00_0001), port: 0)

    let loops: [Loop]
    let peer: TransportAddress
    private let peerLoop: Loop
    private let server: RelayServer

    /// Makes the clients and begins to allocate.
    ///
    /// - Parameter haveOneUser: their credentials are of one name, else each has its own.
    init(
        _ count: Int, of server: RelayServer, haveOneUser: Bool = false,
        configure: (inout TURN.Client.Configuration, Int) -> Void = { _, _ in }
    ) throws {
        self.server = server
        peerLoop = try Loop(machine: RelayedClientMachine()) { _, _ in }
        peer = try peerLoop.bind(Self.loopback)
        peerLoop.machine.peers.insert(peer)
        loops = try (0..<count).map { _ in try Loop(machine: RelayedClientMachine()) { _, _ in } }
        let secret = SharedSecret(Array(RelayServer.secret.utf8))
        for (number, loop) in loops.enumerated() {
            let username = "\(1 << 35):user\(haveOneUser ? 0 : number)"
            var configuration = TURN.Client.Configuration(
                server: server.server.address, username: username, password: secret.password(for: username))
            configure(&configuration, number)
            var system = SystemRandomNumberGenerator()
            var client = TURN.Client(
                configuration: configuration, local: try loop.bind(Self.loopback), random: SeededRandom(from: &system),
                now: loop.now)
            client.start(at: loop.now)
            loop.machine.client = client
        }
    }

    /// Turns all until each client is as wished.
    func turn(_ wish: String, until condition: (RelayedClientMachine) -> Bool) throws {
        for _ in 0..<20_000 {
            if loops.allSatisfy({ condition($0.machine) }) { return }
            for loop in loops { loop.turn(atMost: .zero) }
            peerLoop.turn(atMost: .milliseconds(1))
        }
        let open = loops.filter { !condition($0.machine) }
        throw LineProcess.Failure(description: "no \(wish) at \(open.count): \(open.map(\.machine.events))")
    }

    /// Which loop of the server's has each client's allocation: a slice of the usual relay ports is its own.
    func owners(of threads: Int) -> [Int] {
        loops.compactMap { $0.machine.client?.relayedAddress }.map { (Int($0.port) - 49_152) / (16_384 / threads) }
    }

    /// Each sends a payload to the peer and gets it back.
    func exchange(_ round: Int) throws {
        for (number, loop) in loops.enumerated() {
            loop.machine.received = []
            loop.machine.outgoing.append((peer, [UInt8(round & 255), UInt8(number)]))
        }
        try turn("echo in round \(round)") { !$0.received.isEmpty }
        for (number, loop) in loops.enumerated() {
            #expect(loop.machine.received == [[UInt8(round & 255), UInt8(number)]])
        }
    }
}
