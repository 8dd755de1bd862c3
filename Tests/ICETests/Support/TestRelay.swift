import STUN
import TURN
import WireFormat

/// A TURN server in the test network.
struct TestRelay {
    static let address = TransportAddress("198.51.100.2:3478")!
    /// Of a second one.
    static let otherAddress = TransportAddress("198.51.100.3:3478")!
    static let secret = [UInt8]("the operator's secret".utf8)
    static let username = "2000000000:user"

    let address: TransportAddress
    /// Each way, beyond what its clients' own access takes.
    var delay: Interval
    private var server: TURN.Server
    private var forwarded: [(bytes: [UInt8], path: Path)] = []
    var isDown = false
    var forwardedPackets = 0

    init(seed: UInt64, address: TransportAddress = Self.address, delay: Interval = .milliseconds(1)) {
        self.address = address
        self.delay = delay
        server = TURN.Server(configuration: Self.configuration(at: address), random: SeededRandom(seed: seed))
    }

    static var configuration: TURN.Server.Configuration { configuration(at: address) }

    private static func configuration(at address: TransportAddress) -> TURN.Server.Configuration {
        TURN.Server.Configuration(
            secret: secret, unixSecondsAtZero: 1_800_000_000,
            relays: [TURN.Server.RelayAddress(bound: address.ip)], relayOpening: .implicit)
    }

    static var password: String { SharedSecret(secret).password(for: username) }

    /// The server is killed and started again: it knows no allocation.
    mutating func restart(seed: UInt64) { self = TestRelay(seed: seed) }

    var allocationCount: Int { server.allocationCount }

    var nextDeadline: Instant? { server.nextDeadline }

    mutating func advance(to now: Instant) { server.advance(to: now) }

    /// The next packet, from where to where.
    mutating func poll(at now: Instant) -> ([UInt8], TransportAddress, TransportAddress)? {
        if !forwarded.isEmpty {
            let (bytes, path) = forwarded.removeFirst()
            return (bytes, path.local, path.remote)
        }
        var path: Path?
        let bytes = [UInt8](capacity: 1_500) { output in path = server.pollTransmit(into: &output, at: now) }
        while server.pollEvent() != nil {}
        return path.map { (bytes, $0.local, $0.remote) }
    }

    /// False if the packet is for somebody else.
    mutating func receive(
        _ bytes: [UInt8], from: TransportAddress, to: TransportAddress, at now: Instant
    ) -> Bool {
        guard to.ip == address.ip else { return false }
        guard !isDown,
            case .forward(let forward) = try? server.receive(
                bytes.span, on: Path(local: to, remote: from), at: now)
        else { return true }
        forwardedPackets += 1
        let packet = [UInt8](capacity: 1_600) { output in _ = forward.write(bytes.span, into: &output) }
        forwarded.append((packet, forward.path))
        return true
    }
}
