import PortMapping
import WireFormat

/// What the tests need of each client.
protocol Driven {
    mutating func receive(_ datagram: Span<UInt8>, on path: Path, at now: Instant) throws(MappingFailure)
    mutating func advance(to now: Instant)
    var nextDeadline: Instant? { get }
    mutating func pollTransmit(into packet: inout OutputSpan<UInt8>, at now: Instant) -> Path?
    mutating func pollEvent() -> MappingEvent?
}

extension PCPClient: Driven {}
extension NATPMPClient: Driven {}
extension UPnPClient: Driven {}
extension PortMapper: Driven {}

/// A packet or a piece of a stream.
struct Sent: Equatable {
    var path: Path
    var bytes: [UInt8]

    var text: String { String(decoding: bytes, as: UTF8.self) }
}

extension Driven {
    /// All that waits to be sent.
    mutating func drain(at now: Instant) -> [Sent] {
        var packets: [Sent] = []
        while packets.count < 100 {
            var path: Path?
            let bytes = [UInt8](capacity: 1_500) { output in path = self.pollTransmit(into: &output, at: now) }
            guard let path else { break }
            packets.append(Sent(path: path, bytes: bytes))
        }
        return packets
    }

    mutating func drainEvents() -> [MappingEvent] {
        var events: [MappingEvent] = []
        while let event = pollEvent() { events.append(event) }
        return events
    }

    /// Hands over an answer; returns why it was not used, or nil.
    @discardableResult
    mutating func take(_ bytes: [UInt8], on path: Path, at now: Instant) -> MappingFailure? {
        do {
            try receive(bytes.span, on: path, at: now)
            return nil
        } catch {
            return error
        }
    }

    /// Fires timers up to `limit`; returns what was sent, with its times.
    mutating func run(from start: Instant, until limit: Instant) -> [(at: Instant, Sent)] {
        var sent = drain(at: start).map { (at: start, $0) }
        var steps = 0
        while let due = nextDeadline, due <= limit, steps < 1_000 {
            advance(to: due)
            sent += drain(at: due).map { (at: due, $0) }
            steps += 1
        }
        return sent
    }
}

enum Network {
    static let host: IPAddress = .v4(0xC0A8_0102)
    static let gateway: IPAddress = .v4(0xC0A8_0101)
    static let external: IPAddress = .v4(0x0505_0505)
    static let control = TransportAddress(ip: host, port: 40_000)
    static let server = TransportAddress(ip: gateway, port: 5_351)
    static let path = Path(local: control, remote: server)
    static let stranger = Path(local: control, remote: TransportAddress(ip: .v4(0xC0A8_0163), port: 5_351))

    static func request(suggestedPort: UInt16 = 0, lifetime: Interval = .seconds(7_200)) -> MappingRequest {
        MappingRequest(
            controlSocket: control, gateway: gateway, internalPort: 5_000, suggestedPort: suggestedPort,
            lifetime: lifetime)
    }

    static func mapped(_ method: MappingMethod, port: UInt16, seconds: Int64 = 7_200) -> MappedPort {
        MappedPort(
            method: method, external: TransportAddress(ip: external, port: port), internalPort: 5_000,
            lifetime: .seconds(seconds))
    }
}
