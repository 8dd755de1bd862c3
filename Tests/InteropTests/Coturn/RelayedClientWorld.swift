import NetworkIO
import STUN
import TURN
import Testing
import WireFormat

/// Our TURN client against coturn, over real sockets.
final class RelayedClientWorld {
    let loop: DatagramLoop<RelayedClientMachine>
    let server: CoturnServer
    private let certificate: TestCertificate

    init() throws {
        certificate = try TestCertificate()
        server = try CoturnServer(certificate: certificate)
        loop = try DatagramLoop(machine: RelayedClientMachine()) { _, _ in }
    }

    func turn(_ wish: String, until condition: () -> Bool) throws {
        for _ in 0..<3_000 {
            if condition() { return }
            loop.turn(atMost: .milliseconds(3))
        }
        throw LineProcess.Failure(description: "no \(wish): \(loop.machine.events)")
    }

    /// A socket of a peer on this machine.
    func addPeer(_ ip: String = "127.0.0.1") throws -> TransportAddress {
        let peer = try loop.bind(TransportAddress(ip: try #require(IPAddress(ip)), port: 0))
        loop.machine.peers.insert(peer)
        return peer
    }

    /// Connects and begins to allocate.
    func start(
        over transport: TransportProtocol, password: String? = nil,
        configure: (inout TURN.Client.Configuration) -> Void = { _ in }
    ) throws {
        let local = try connect(over: transport)
        let credentials = CoturnServer.credentials()
        var configuration = TURN.Client.Configuration(
            server: transport == .tls ? server.secureAddress : server.address, transport: transport,
            username: credentials.username, password: password ?? credentials.password)
        configure(&configuration)
        var system = SystemRandomNumberGenerator()
        var client = TURN.Client(
            configuration: configuration, local: local, random: SeededRandom(from: &system), now: loop.now)
        client.start(at: loop.now)
        loop.machine.events = []
        loop.machine.client = client
    }

    /// Allocates.
    @discardableResult
    func allocate(
        over transport: TransportProtocol, configure: (inout TURN.Client.Configuration) -> Void = { _ in }
    ) throws -> TransportAddress {
        try start(over: transport, configure: configure)
        try turn("allocation") { loop.machine.client?.relayedAddress != nil }
        return try #require(loop.machine.client?.relayedAddress)
    }

    private func connect(over transport: TransportProtocol) throws -> TransportAddress {
        var result: Result<Path, StreamFailure>?
        switch transport {
        case .udp: return try loop.bind(try #require(TransportAddress("127.0.0.1:0")))
        case .tcp:
            loop.connectStream(to: server.address, framing: Self.framing) { _, outcome in result = outcome }
        case .tls:
            let connector = try SecureStreamConnector(trust: .certificates(file: certificate.certificateFile))
            loop.connectSecureStream(to: server.secureAddress, name: nil, through: connector, framing: Self.framing) {
                _, outcome in result = outcome
            }
        }
        try turn("connection") { result != nil }
        return try #require(result).get().local
    }

    private static let framing: StreamFraming = { bytes in
        do throws(StreamDeframer.Failure) {
            return try StreamDeframer.frameSize(bytes, limit: 2_048).map { .size($0) } ?? .incomplete
        } catch { return .invalid }
    }

    /// Sends payloads of many lengths to a peer, and waits for all of them to come back.
    func exchange(_ count: Int, with peer: TransportAddress) throws {
        let payloads = (0..<count).map { number in
            [UInt8(number & 255), UInt8(number >> 8)] + [UInt8](repeating: 0x5A, count: number * 37 % 1_100)
        }
        loop.machine.received = []
        loop.machine.atPeers = []
        for start in stride(from: 0, to: count, by: 10) {
            loop.machine.outgoing += payloads[start..<min(count, start + 10)].map { (peer, $0) }
            try turn("echo") { loop.machine.received.count == min(count, start + 10) }
        }
        #expect(loop.machine.received == payloads)
        #expect(loop.machine.atPeers.map(\.bytes) == payloads)
    }
}
