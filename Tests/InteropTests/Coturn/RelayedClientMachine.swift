import NetworkIO
import TURN
import WireFormat

/// Our TURN client on a loop, and peers on the same loop that send back what they get.
struct RelayedClientMachine: DatagramMachine {
    typealias Failure = TURN.Client.Failure

    var client: TURN.Client?
    var events: [TURN.Client.Event] = []
    var outgoing: [(peer: TransportAddress, bytes: [UInt8])] = []
    var received: [[UInt8]] = []
    /// The sockets of peers.
    var peers: Set<TransportAddress> = []
    /// What a peer got, and from where.
    var atPeers: [(from: TransportAddress, bytes: [UInt8])] = []
    private var echoes: [(path: Path, bytes: [UInt8])] = []

    var nextDeadline: Instant? { client?.nextDeadline }

    mutating func receive(_ datagram: Span<UInt8>, on path: Path, at now: Instant) throws(Failure) {
        if peers.contains(path.local) {
            atPeers.append((path.remote, datagram.copied()))
            echoes.append((path, datagram.copied()))
        } else if case .payload(let range, _)? = try client?.receive(datagram, on: path, at: now) {
            received.append(datagram.extracting(range).copied())
        }
    }

    mutating func advance(to now: Instant) { client?.advance(to: now) }

    mutating func pollTransmit(into packet: inout OutputSpan<UInt8>, at now: Instant) -> Path? {
        if !echoes.isEmpty {
            let (path, bytes) = echoes.removeFirst()
            packet.append(contentsOf: bytes.span)
            return path
        }
        if let path = client?.pollTransmit(into: &packet, at: now) { return path }
        guard !outgoing.isEmpty else { return nil }
        let next = outgoing.removeFirst()
        return client?.send(next.bytes.span, to: next.peer, into: &packet, at: now)
    }

    mutating func pollEvent() -> Never? {
        while let event = client?.pollEvent() { events.append(event) }
        return nil
    }

    mutating func streamClosed(_ path: Path, at now: Instant) { client?.connectionLost() }
}
