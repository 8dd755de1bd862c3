import NetworkSimulator
import WireFormat

/// The smallest endpoint that punches holes as ICE does: learns its reflexive address from a server, tells the peer over
/// a pipe, checks all it knows of the peer, and takes an answer only from where it asked.
struct Puncher {
    static let checkInterval = Interval.milliseconds(50)

    let local: TransportAddress
    let server: TransportAddress?
    let pipe: PipeIdentifier?
    var remotes: [TransportAddress] = []
    var reflexive: TransportAddress?
    var validated: TransportAddress?
    var validatedAt: Instant?
    var rounds = 5
    var isStarted = false
    private var outgoing: [(TransportAddress, [UInt8])] = []
    private var messages: [[UInt8]] = []
    private var nextCheck: Instant?
    /// Where each check went, by its number.
    private var asked: [UInt8: TransportAddress] = [:]

    init(local: TransportAddress, server: TransportAddress?, pipe: PipeIdentifier?) {
        self.local = local
        self.server = server
        self.pipe = pipe
        if let server { outgoing.append((server, [1])) }
    }

    mutating func start(at now: Instant) {
        guard !isStarted else { return }
        isStarted = true
        nextCheck = now
    }

    mutating func receive(_ datagram: Span<UInt8>, on path: Path, at now: Instant) {
        guard datagram.count > 0 else { return }
        switch datagram[0] {
        case 2:
            guard let address = TransportAddress(String(decoding: datagram.copied().dropFirst(), as: UTF8.self)) else {
                return
            }
            reflexive = address
            messages.append(Array("\(address)".utf8))
        case 3:
            if !remotes.contains(path.remote) { remotes.append(path.remote) }
            outgoing.append((path.remote, [4] + datagram.copied().dropFirst()))
            check(path.remote)
        case 4:
            if validated == nil, datagram.count == 2, asked[datagram[1]] == path.remote {
                validated = path.remote
                validatedAt = now
            }
        default: break
        }
        if outgoing.count > 64 { outgoing.removeFirst(outgoing.count - 64) }
    }

    mutating func receiveMessage(_ message: Span<UInt8>, at now: Instant) {
        guard let address = TransportAddress(String(decoding: message.copied(), as: UTF8.self)) else { return }
        remotes.append(address)
        start(at: now)
    }

    var nextDeadline: Instant? { rounds > 0 ? nextCheck : nil }

    mutating func advance(to now: Instant) {
        guard let due = nextCheck, due <= now, rounds > 0 else { return }
        rounds -= 1
        nextCheck = now + Self.checkInterval
        for remote in remotes.prefix(16) { check(remote) }
    }

    private mutating func check(_ remote: TransportAddress) {
        guard asked.count < 256 else { return }
        let number = UInt8(asked.count)
        asked[number] = remote
        outgoing.append((remote, [3, number]))
    }

    mutating func pollTransmit(into packet: inout OutputSpan<UInt8>) -> Path? {
        guard !outgoing.isEmpty else { return nil }
        let (remote, bytes) = outgoing.removeFirst()
        // Answers to answers would never end: what is not a check is sent once.
        packet.append(contentsOf: bytes.span)
        return Path(local: local, remote: remote)
    }

    mutating func pollMessage() -> [UInt8]? { messages.isEmpty ? nil : messages.removeFirst() }
}
