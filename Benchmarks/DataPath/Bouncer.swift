import NetworkSimulator
import WireFormat

/// Answers each packet with one of 1,200 bytes.
struct Bouncer: SimulatedEndpoint {
    private static let payload = [UInt8](repeating: 5, count: 1_200)

    private var next: Path?

    init(first: Path? = nil) { next = first }

    mutating func receive(_ datagram: Span<UInt8>, on path: Path, at now: Instant) { next = path }

    mutating func advance(to now: Instant) {}

    var nextDeadline: Instant? { nil }

    mutating func pollTransmit(into packet: inout OutputSpan<UInt8>, at now: Instant) -> Path? {
        guard let path = next else { return nil }
        next = nil
        packet.append(contentsOf: Self.payload.span)
        return path
    }
}
