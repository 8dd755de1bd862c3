import NetworkSimulator
import WireFormat

/// Answers each packet with one of 1,200 bytes: for measuring the simulator alone.
struct Bouncer: SimulatedEndpoint {
    var next: Path?
    var bounces = 0
    let payload: [UInt8]

    init(first: Path? = nil, bytes: Int = 1_200) {
        next = first
        payload = Array(repeating: 5, count: bytes)
    }

    mutating func receive(_ datagram: Span<UInt8>, on path: Path, at now: Instant) {
        bounces += 1
        next = path
    }

    mutating func advance(to now: Instant) {}

    var nextDeadline: Instant? { nil }

    mutating func pollTransmit(into packet: inout OutputSpan<UInt8>, at now: Instant) -> Path? {
        guard let path = next else { return nil }
        next = nil
        packet.append(contentsOf: payload.span)
        return path
    }
}
