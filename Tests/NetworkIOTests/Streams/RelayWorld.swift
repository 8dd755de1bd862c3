import NetworkIO
import STUN
import TURN
import Testing
import WireFormat

/// A TURN server that listens for TCP, a client on a connection to it, and a UDP peer that sends back what it gets.
final class RelayWorld {
    typealias ServerLoop = DatagramLoop<RelayTestMachine>
    typealias ClientLoop = DatagramLoop<RelayClientMachine>
    typealias PeerLoop = DatagramLoop<FrameMachine>

    private static let secret = [UInt8]("a secret of the operator".utf8)

    let server: ServerLoop
    let client: ClientLoop
    let peer: PeerLoop
    let address: TransportAddress
    let peerAddress: TransportAddress

    init(configure: (inout StreamConfiguration) -> Void = { _ in }) throws {
        let loopback = try #require(IPAddress("127.0.0.1"))
        let configuration = TURN.Server.Configuration(
            secret: Self.secret, unixSecondsAtZero: 0, relays: [TURN.Server.RelayAddress(bound: loopback)],
            relayPorts: 61_000...65_000,
            policy: PeerAddressPolicy(allowed: [try #require(AddressRange("127.0.0.0/8"))]))
        var random = SystemRandomNumberGenerator()
        let machine = RelayTestMachine(
            server: TURN.Server(configuration: configuration, random: SeededRandom(from: &random)))
        var loopConfiguration = DatagramConfiguration()
        configure(&loopConfiguration.streams)
        server = try ServerLoop(machine: machine, configuration: loopConfiguration) { loop, event in
            switch event {
            case .openRelay(let identifier, let address):
                if (try? loop.bind(address)) == nil {
                    loop.machine.server.relayFailed(identifier, at: loop.now)
                } else {
                    loop.machine.server.relayOpened(identifier, at: loop.now)
                }
            case .closeRelay(_, let address): loop.close(address)
            case .allocationCreated, .allocationEnded, .allocationMoved: break
            }
        }
        client = try ClientLoop(machine: RelayClientMachine()) { _, _ in }
        peer = try PeerLoop(machine: FrameMachine()) { _, _ in }
        peer.machine.echoes = true
        address = try server.listenStreams(
            on: TransportAddress(ip: loopback, port: 0), framing: Self.framing)
        peerAddress = try peer.bind(TransportAddress(ip: loopback, port: 0))
    }

    static let framing: StreamFraming = { bytes in
        do throws(StreamDeframer.Failure) {
            return try StreamDeframer.frameSize(bytes, limit: 2_048).map { .size($0) } ?? .incomplete
        } catch { return .invalid }
    }

    /// Turns the loops until `condition`, for twenty seconds at most.
    func turn(until condition: () -> Bool) {
        let end = server.now + .seconds(20)
        while !condition(), server.now < end {
            server.turn(atMost: .milliseconds(1))
            client.turn(atMost: .zero)
            peer.turn(atMost: .zero)
        }
    }

    /// A client of this server on a connection with this local address.
    func makeClient(
        on local: TransportAddress, transport: TransportProtocol = .tcp, server address: TransportAddress? = nil
    ) -> TURN.Client {
        let username = "\(1 << 35):session"
        let configuration = TURN.Client.Configuration(
            server: address ?? self.address, transport: transport, username: username,
            password: SharedSecret(Self.secret).password(for: username))
        var system = SystemRandomNumberGenerator()
        return TURN.Client(
            configuration: configuration, local: local, random: SeededRandom(from: &system), now: server.now)
    }

    /// Connects, and starts the client.
    func connect() throws -> Path {
        var result: Result<Path, StreamFailure>?
        client.connectStream(to: address, framing: Self.framing) { _, outcome in result = outcome }
        turn { result != nil }
        let path = try #require(result).get()
        client.machine.client = makeClient(on: path.local)
        client.machine.client?.start(at: client.now)
        return path
    }

    /// Connects, allocates and has the peer permitted.
    func allocate() throws -> TransportAddress {
        _ = try connect()
        turn { client.machine.client?.relayedAddress != nil }
        let relayed = try #require(client.machine.client?.relayedAddress)
        client.machine.client?.permit(peerAddress, at: client.now)
        turn { client.machine.client?.hasPermission(for: peerAddress.ip) == true }
        return relayed
    }
}
