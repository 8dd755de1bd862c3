import NetworkIO
import WireFormat

/// A machine that sends what it is told to, counts what it gets, and has a row of timers.
struct CountingMachine: DatagramMachine {
    enum Event: Equatable {
        case fired(Int)
    }

    struct Refusal: Error {}

    var outgoing: [(path: Path, bytes: [UInt8])] = []
    var sent = 0
    /// Called with the number of each before it is made.
    var beforeEach: (Int) -> Void = { _ in }
    /// How each of them is marked; beyond the end, not at all.
    var outgoingMarks: [ECNCodepoint] = []
    private(set) var transmittedECN = ECNCodepoint.notCapable
    var received: [(path: Path, bytes: [UInt8])] = []
    var receivedMarks: [ECNCodepoint] = []
    var refusesEmpty = false
    var echoes = false
    /// Datagrams from here go on there at once, behind a byte of ours.
    var detours: [TransportAddress: Path] = [:]
    /// Timers still to fire, earliest first.
    var timers: [Instant] = []
    var fired = 0
    private var events: [Event] = []

    var nextDeadline: Instant? { timers.first }

    mutating func receive(_ datagram: Span<UInt8>, on path: Path, at now: Instant) throws(Refusal) {
        if refusesEmpty, datagram.isEmpty { throw Refusal() }
        received.append((path, datagram.copied()))
        if echoes { outgoing.append((path, datagram.copied())) }
    }

    mutating func receive(
        _ datagram: Span<UInt8>, on path: Path, ecn: ECNCodepoint, at now: Instant
    ) throws(Refusal) {
        try receive(datagram, on: path, at: now)
        receivedMarks.append(ecn)
    }

    mutating func forward(
        _ datagram: Span<UInt8>, on path: Path, at now: Instant, into packet: inout OutputSpan<UInt8>
    ) throws(Refusal) -> Path? {
        guard let detour = detours[path.remote] else { return nil }
        if refusesEmpty, datagram.isEmpty { throw Refusal() }
        packet.append(0xF0)
        packet.append(contentsOf: datagram)
        return detour
    }

    mutating func advance(to now: Instant) {
        while let first = timers.first, first <= now {
            timers.removeFirst()
            fired += 1
            events.append(.fired(fired))
        }
    }

    mutating func pollTransmit(into packet: inout OutputSpan<UInt8>, at now: Instant) -> Path? {
        guard sent < outgoing.count else { return nil }
        beforeEach(sent)
        defer { sent += 1 }
        let next = outgoing[sent]
        transmittedECN = sent < outgoingMarks.count ? outgoingMarks[sent] : .notCapable
        packet.append(contentsOf: next.bytes.span)
        return next.path
    }

    mutating func pollEvent() -> Event? { events.isEmpty ? nil : events.removeFirst() }
}
