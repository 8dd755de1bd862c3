import STUN
import TURN
import WireFormat

/// A TURN server with one client, who has a channel to one peer.
struct RelayPair {
    private static let address = TransportAddress(ip: .v4(0xC633_640A), port: 3_478)
    private static let local = TransportAddress(ip: .v4(0xC633_6414), port: 40_000)
    private static let peer = TransportAddress(ip: .v4(0x0808_0808), port: 50_000)
    private static let secret = [UInt8]("a secret of the bench".utf8)
    private static let packetBytes = 2_048

    private var server: TURN.Server
    private let frame: [UInt8]
    private let payload: [UInt8]
    private let relayed: TransportAddress

    /// Nil if the client gets no channel, which would be a bug of either.
    init?(payloadBytes: Int) {
        var configuration = TURN.Server.Configuration(
            secret: Self.secret, unixSecondsAtZero: 1_800_000_000,
            relays: [TURN.Server.RelayAddress(bound: Self.address.ip)], relayOpening: .implicit)
        configuration.limits.lifetimeSeconds = 3_600
        server = TURN.Server(configuration: configuration, random: SeededRandom(seed: 1))
        let username = "1900000000:bench"
        var client = TURN.Client(
            configuration: TURN.Client.Configuration(
                server: Self.address, username: username, password: SharedSecret(Self.secret).password(for: username)),
            local: Self.local, random: SeededRandom(seed: 2), now: .zero)
        client.start(at: .zero)
        Self.exchange(&client, &server)
        client.bindChannel(to: Self.peer, at: .zero)
        Self.exchange(&client, &server)
        guard let relayed = client.relayedAddress, client.hasChannel(to: Self.peer) else { return nil }
        self.relayed = relayed
        payload = [UInt8](repeating: 0x5A, count: payloadBytes)
        let bytes = payload
        frame = [UInt8](capacity: Self.packetBytes) { packet in
            _ = client.send(bytes.span, to: Self.peer, into: &packet, at: .zero)
        }
    }

    /// Requests and answers until both have said all.
    private static func exchange(_ client: inout TURN.Client, _ server: inout TURN.Server) {
        var path: Path?
        while true {
            let request = [UInt8](capacity: packetBytes) { path = client.pollTransmit(into: &$0, at: .zero) }
            guard path != nil else { return }
            let arrival = Path(local: address, remote: local)
            _ = try? server.receive(request.span, on: arrival, at: .zero)
            while true {
                let answer = [UInt8](capacity: packetBytes) { path = server.pollTransmit(into: &$0, at: .zero) }
                guard path != nil else { break }
                _ = try? client.receive(answer.span, on: Path(local: local, remote: address), at: .zero)
            }
        }
    }

    /// What the client sends on its channel, and what the peer sends back.
    ///
    /// - Returns: the bytes that go on, of both.
    mutating func round(through memory: UnsafeMutableBufferPointer<UInt8>) -> Int {
        forward(frame, on: Path(local: Self.address, remote: Self.local), memory)
            + forward(payload, on: Path(local: relayed, remote: Self.peer), memory)
    }

    private mutating func forward(
        _ bytes: [UInt8], on path: Path, _ memory: UnsafeMutableBufferPointer<UInt8>
    ) -> Int {
        var packet = OutputSpan(buffer: memory, initializedCount: 0)
        guard (try? server.forward(bytes.span, on: path, at: .zero, into: &packet)) != nil else { return 0 }
        return packet.finalize(for: memory)
    }
}
