import NetworkIO
import PortMapping
import WireFormat

/// Asks the router for a port, and gives it back.
struct GatewayProbe {
    enum Outcome: Equatable {
        case pending
        case maps(MappedPort)
        case refuses(String)
        case silent
    }

    /// A connection for one HTTP request to the router (UPnP).
    private struct Link {
        /// The path by which the port mapper names it.
        let name: Path
        /// The connection itself, once it is open.
        var path: Path?
        var unsent: [UInt8]
    }

    /// HTTP has no frames: whatever came is handed on.
    static let framing: StreamFraming = { bytes in .size(bytes.count) }
    private static let linkLimit = 8

    let gateway: IPAddress
    private let socket: TransportAddress
    private var mapper: PortMapper
    private var links: [Link] = []
    private var wanted: [Path] = []
    private(set) var outcome = Outcome.pending
    private(set) var isFinished = false

    /// - Parameter socket: bound to the address from which packets to the gateway leave.
    init(gateway: IPAddress, socket: TransportAddress, random: SeededRandom, now: Instant) {
        self.gateway = gateway
        self.socket = socket
        // A mapping that we fail to give back is gone soon.
        mapper = PortMapper(
            MappingRequest(
                controlSocket: socket, gateway: gateway, internalPort: socket.port, lifetime: .seconds(120),
                label: "beeline doctor"),
            random: random)
        mapper.start(at: now)
    }

    mutating func receive(_ datagram: Span<UInt8>, on path: Path, at now: Instant) {
        if path.transport == .udp {
            guard path.local == socket else { return }
            try? mapper.receive(datagram, on: path, at: now)
        } else {
            guard let link = links.first(where: { $0.path == path }) else { return }
            try? mapper.receive(datagram, on: link.name, at: now)
        }
        drain(at: now)
    }

    mutating func advance(to now: Instant) {
        mapper.advance(to: now)
        drain(at: now)
    }

    var nextDeadline: Instant? { isFinished ? nil : mapper.nextDeadline }

    mutating func pollTransmit(into packet: inout OutputSpan<UInt8>, at now: Instant) -> Path? {
        let start = packet.count
        while let path = mapper.pollTransmit(into: &packet, at: now) {
            if path.transport == .udp { return path }
            let bytes = packet.span.extracting(start..<packet.count).copied()
            packet.removeLast(packet.count - start)
            send(bytes, on: path)
        }
        for index in links.indices where !links[index].unsent.isEmpty {
            guard let path = links[index].path else { continue }
            let count = min(links[index].unsent.count, packet.freeCapacity)
            for byte in links[index].unsent.prefix(count) { packet.append(byte) }
            links[index].unsent.removeFirst(count)
            return path
        }
        return nil
    }

    /// Nobody has answered for long enough.
    mutating func giveUp() {
        guard case .pending = outcome else { return }
        outcome = .silent
        isFinished = true
    }

    // MARK: Connections

    /// A connection that the driver is to open, to `remote`; it tells what became of it.
    mutating func popConnection() -> Path? { wanted.isEmpty ? nil : wanted.removeFirst() }

    mutating func streamConcluded(_ name: Path, _ path: Path?, at now: Instant) {
        guard let index = links.firstIndex(where: { $0.name == name }) else { return }
        links[index].path = path
        guard path == nil else { return }
        links.remove(at: index)
        mapper.streamFailed(on: name, at: now)
        drain(at: now)
    }

    mutating func streamClosed(_ path: Path, at now: Instant) {
        guard let index = links.firstIndex(where: { $0.path == path }) else { return }
        let link = links.remove(at: index)
        mapper.streamEnded(on: link.name, at: now)
        drain(at: now)
    }

    private mutating func send(_ bytes: [UInt8], on name: Path) {
        if let index = links.firstIndex(where: { $0.name == name }) {
            links[index].unsent += bytes
        } else if links.count < Self.linkLimit {
            links.append(Link(name: name, unsent: bytes))
            wanted.append(name)
        }
    }

    private mutating func drain(at now: Instant) {
        while let event = mapper.pollEvent() {
            switch event {
            case .mapped(let port):
                guard case .pending = outcome else { continue }
                outcome = .maps(port)
                mapper.stop(at: now)
            case .unavailable(let refusal):
                guard case .pending = outcome else { continue }
                if case .refused(let code) = refusal {
                    outcome = .refuses("it refuses (code \(code))")
                } else {
                    outcome = .silent
                }
                isFinished = true
            case .removed: isFinished = true
            case .lost: break
            }
        }
    }
}
