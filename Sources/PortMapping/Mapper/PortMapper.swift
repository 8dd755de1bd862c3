public import WireFormat

/// Maps one port by whatever the gateway speaks: asks by PCP, NAT-PMP and UPnP at once, takes the first that is granted,
/// keeps it alive, and removes it at the end.
///
/// The driver sends UDP from the control socket and opens a TCP connection for each new `.tcp` path (see `UPnPClient`).
/// Once one method has a mapping, the others are silenced; if the mapping is lost, all are asked again.
public struct PortMapper: Sendable {
    private let request: MappingRequest
    private var pcp: PCPClient
    private var natPMP: NATPMPClient
    private var upnp: UPnPClient
    private var winner: MappingMethod?
    private var isStopping = false
    /// Methods whose last word is still awaited.
    private var pending: [MappingMethod] = []
    private var refusal = MappingRefusal.noAnswer
    private var events: [MappingEvent] = []

    /// - Parameter random: unpredictable: the PCP nonce is what keeps others from changing the mapping.
    public init(_ request: MappingRequest, random: SeededRandom) {
        self.request = request
        var random = random
        pcp = PCPClient(request, random: random.fork())
        natPMP = NATPMPClient(request)
        upnp = UPnPClient(request, random: random.fork())
    }

    /// The mapping that stands.
    public var mapping: MappedPort? {
        switch winner {
        case .pcp?: pcp.mapping
        case .natPMP?: natPMP.mapping
        case .upnp?: upnp.mapping
        case nil: nil
        }
    }

    /// The TCP connection that is wanted or in use: what comes over another one is not the gateway's.
    public var connection: Path? { upnp.connection }

    /// Asks all at once.
    public mutating func start(at now: Instant) {
        isStopping = false
        winner = nil
        refusal = .noAnswer
        // NAT-PMP and UPnP map IPv4 ports only.
        pending = request.gateway.isIPv4 ? MappingMethod.allCases : [.pcp]
        pcp.start(at: now)
        natPMP.start(at: now)
        upnp.start(at: now)
    }

    /// Removes the mapping. `.removed` follows when the gateway has answered, or has not for a few seconds.
    public mutating func stop(at now: Instant) {
        guard !isStopping else { return }
        isStopping = true
        // A silenced method may have been granted something after all.
        pending = request.gateway.isIPv4 ? [.pcp, .natPMP] : [.pcp]
        pcp.remove(at: now)
        if request.gateway.isIPv4 { natPMP.remove(at: now) }
        if upnp.mapping != nil || upnp.isAdding {
            pending.append(.upnp)
            upnp.stop(at: now)
        } else {
            upnp.abandon()
        }
        collectEvents(at: now)
    }

    // MARK: The contract

    /// - Throws: `MappingFailure` for what is not an answer from the gateway to what was asked.
    public mutating func receive(_ datagram: Span<UInt8>, on path: Path, at now: Instant) throws(MappingFailure) {
        defer { collectEvents(at: now) }
        guard path.transport == .udp, path.remote.port == PCPMessage.serverPort else {
            return try upnp.receive(datagram, on: path, at: now)
        }
        if isForNATPMP(datagram) {
            try natPMP.receive(datagram, on: path, at: now)
        } else {
            try pcp.receive(datagram, on: path, at: now)
        }
    }

    /// The peer closed a TCP connection.
    public mutating func streamEnded(on path: Path, at now: Instant) {
        upnp.streamEnded(on: path, at: now)
        collectEvents(at: now)
    }

    /// A TCP connection could not be opened, or broke.
    public mutating func streamFailed(on path: Path, at now: Instant) {
        upnp.streamFailed(on: path, at: now)
        collectEvents(at: now)
    }

    public mutating func advance(to now: Instant) {
        pcp.advance(to: now)
        natPMP.advance(to: now)
        upnp.advance(to: now)
        collectEvents(at: now)
    }

    public var nextDeadline: Instant? {
        var earliest: Instant?
        for deadline in [pcp.nextDeadline, natPMP.nextDeadline, upnp.nextDeadline] {
            guard let deadline else { continue }
            earliest = min(earliest ?? deadline, deadline)
        }
        return earliest
    }

    public mutating func pollTransmit(into packet: inout OutputSpan<UInt8>, at now: Instant) -> Path? {
        if let path = pcp.pollTransmit(into: &packet, at: now) { return path }
        if let path = natPMP.pollTransmit(into: &packet, at: now) { return path }
        return upnp.pollTransmit(into: &packet, at: now)
    }

    public mutating func pollEvent() -> MappingEvent? { events.isEmpty ? nil : events.removeFirst() }

    /// Both protocols answer from the same port; the first byte is the version. A NAT-PMP gateway's answer to a PCP
    /// request has version 0 and result 1, unsupported version (RFC 6886 section 3.5), which is PCP's to know.
    private func isForNATPMP(_ datagram: Span<UInt8>) -> Bool {
        guard datagram.count >= 4, datagram[0] == NATPMPMessage.version else { return false }
        return !(datagram[2] == 0 && datagram[3] == 1)
    }
}

// MARK: - Who wins

extension PortMapper {
    private mutating func collectEvents(at now: Instant) {
        while let event = pcp.pollEvent() { take(event, from: .pcp, at: now) }
        while let event = natPMP.pollEvent() { take(event, from: .natPMP, at: now) }
        while let event = upnp.pollEvent() { take(event, from: .upnp, at: now) }
    }

    private mutating func take(_ event: MappingEvent, from method: MappingMethod, at now: Instant) {
        switch event {
        case .mapped(let port):
            if winner == nil, !isStopping { win(method, at: now) }
            if winner == method, !isStopping { events.append(.mapped(port)) } else { dismiss(method, port, at: now) }
        case .lost(let port):
            guard winner == method, !isStopping else { return }
            events.append(.lost(port))
            start(at: now)
        case .unavailable(let reason): note(reason, from: method)
        case .removed: finish(method)
        }
    }

    private mutating func win(_ method: MappingMethod, at now: Instant) {
        winner = method
        pending = []
        if method != .pcp { pcp.abandon() }
        if method != .natPMP { natPMP.abandon() }
        // What it is adding it must finish, so that it can be deleted.
        if method != .upnp, !upnp.isAdding { upnp.abandon() }
    }

    /// A second mapping: the same one seen through another protocol, or one too many.
    private mutating func dismiss(_ method: MappingMethod, _ port: MappedPort, at now: Instant) {
        let isSame = mapping?.external == port.external
        guard method == .upnp else { return }
        if isSame { upnp.abandon() } else { upnp.stop(at: now) }
    }

    private mutating func note(_ reason: MappingRefusal, from method: MappingMethod) {
        guard winner == nil, !isStopping, let index = pending.firstIndex(of: method) else { return }
        pending.remove(at: index)
        if case .refused = reason { refusal = reason }
        if pending.isEmpty { events.append(.unavailable(refusal)) }
    }

    private mutating func finish(_ method: MappingMethod) {
        guard isStopping, let index = pending.firstIndex(of: method) else { return }
        pending.remove(at: index)
        guard pending.isEmpty else { return }
        winner = nil
        events.append(.removed)
    }
}
