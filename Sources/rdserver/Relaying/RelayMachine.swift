import NetworkIO
import STUN
import TURN
import WireFormat

/// The TURN server as a datagram loop drives it, and beside it the one that answers Binding requests over UDP: payloads
/// go from the buffer that brought them into the one that takes them on.
struct RelayMachine: DatagramMachine {
    typealias Event = TURN.Server.Event

    enum Failure: Error {
        case relay(TURN.Server.Failure)
        case binding(BindingServer.Failure)
    }

    var server: TURN.Server
    /// Nil until its sockets are open.
    var bindings: BindingServer?
    /// Among several loops: hands a datagram to the one that it is for.
    var handOver: ((Handovers.Datagram, _ owner: Int) -> Void)?
    private let index: Int
    /// What it is given now was handed over, and is not again: two forged tickets would send it round for ever.
    var isHandedOver = false
    /// Clients that came to the wrong one.
    var strays = Strays()
    /// Connections over which an allocation is held.
    private var allocatedStreams: Set<Path> = []

    /// - Parameter index: which of the relay's loops this is.
    init(server: TURN.Server, index: Int = 0) {
        self.server = server
        self.index = index
    }

    mutating func forward(
        _ datagram: Span<UInt8>, on path: Path, at now: Instant, into packet: inout OutputSpan<UInt8>
    ) throws(Failure) -> Path? {
        guard server.isPayload(datagram, on: path), isHandedOver || strays.owner(of: path) == nil else { return nil }
        do { return try server.forward(datagram, on: path, at: now, into: &packet) } catch { throw .relay(error) }
    }

    mutating func receive(_ datagram: Span<UInt8>, on path: Path, at now: Instant) throws(Failure) {
        try receive(datagram, on: path, ecn: .notCapable, at: now)
    }

    mutating func receive(
        _ datagram: Span<UInt8>, on path: Path, ecn: ECNCodepoint, at now: Instant
    ) throws(Failure) {
        if !isHandedOver, let handOver, let stray = stray(datagram, on: path) {
            let copy = Handovers.Datagram(
                bytes: datagram.copied(), path: path, ecn: ecn, finder: index, supposition: stray.supposition)
            return handOver(copy, stray.owner)
        }
        if Self.isBindingRequest(datagram), path.transport == .udp, bindings?.sockets.contains(path.local) == true {
            do { try bindings?.receive(datagram, on: path, at: now) } catch { throw .binding(error) }
            return
        }
        do { _ = try server.receive(datagram, on: path, at: now) } catch { throw .relay(error) }
    }

    /// Which other loop a datagram is for, if it is short enough for one.
    private mutating func stray(_ datagram: Span<UInt8>, on path: Path) -> Strays.Stray? {
        guard datagram.count <= Handovers.longest else { return nil }
        if let owner = server.owner(of: datagram, on: path) { strays.suppose(owner, has: path) }
        return strays.stray(path)
    }

    /// The first two bytes of one (RFC 8489 section 5).
    private static func isBindingRequest(_ datagram: Span<UInt8>) -> Bool {
        datagram.count >= 2 && datagram[0] == 0 && datagram[1] == 1
    }

    mutating func advance(to now: Instant) { server.advance(to: now) }

    var nextDeadline: Instant? { server.nextDeadline }

    mutating func pollTransmit(into packet: inout OutputSpan<UInt8>, at now: Instant) -> Path? {
        server.pollTransmit(into: &packet, at: now)
            ?? bindings?.pollTransmit(into: &packet, at: now)
    }

    mutating func pollEvent() -> Event? {
        let event = server.pollEvent()
        switch event {
        case .allocationCreated(let record) where record.client.transport != .udp:
            allocatedStreams.insert(record.client)
        case .allocationEnded(let record, _): allocatedStreams.remove(record.client)
        case .allocationMoved(let record, let old):
            allocatedStreams.remove(old)
            if record.client.transport != .udp { allocatedStreams.insert(record.client) }
        default: break
        }
        return event
    }

    /// A client's connection is closed: its allocation goes with it.
    mutating func streamClosed(_ path: Path, at now: Instant) { server.connectionClosed(path) }

    /// A connection without an allocation only takes a place.
    func keepsStream(_ path: Path) -> Bool { allocatedStreams.contains(path) }
}
