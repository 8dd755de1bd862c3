public import WireFormat

/// One mapping by the NAT Port Mapping Protocol (RFC 6886): external address and port are asked for at once, renewed at
/// half the lifetime, asked for anew when the gateway has started again, and removed.
public struct NATPMPClient: Sendable {
    private enum State {
        case idle
        /// Asking; what is known already, and the mapping that stood before.
        case asking(attempt: Int, Answers, last: MappedPort?)
        case mapped(MappedPort)
        case removing(attempt: Int)
    }

    /// The two halves of a mapping, which come in two answers.
    private struct Answers {
        var address: IPAddress?
        var port: (external: UInt16, lifetime: UInt32)?
    }

    private enum Timer: Hashable, Sendable {
        case retransmission
        case renewal
        case expiry
    }

    /// What is to be sent.
    private enum Question: Sendable {
        case address
        case map
    }

    private let request: MappingRequest
    private var state = State.idle
    private var timers = Deadlines<Timer>()
    private var epoch = GatewayEpoch()
    private var suggestedPort: UInt16
    private var outgoing: [Question] = []
    private var events: [MappingEvent] = []

    /// - Parameter request: its gateway must have an IPv4 address; otherwise the client stays idle.
    public init(_ request: MappingRequest) {
        self.request = request
        suggestedPort = request.suggestedPort
    }

    /// The mapping that stands.
    public var mapping: MappedPort? {
        switch state {
        case .mapped(let port), .asking(_, _, let port?): port
        case .idle, .asking, .removing: nil
        }
    }

    /// Asks for the mapping.
    public mutating func start(at now: Instant) {
        guard case .idle = state, request.gateway.isIPv4 else { return }
        ask(last: nil, at: now)
    }

    /// Removes the mapping, if there may be one.
    public mutating func stop(at now: Instant) {
        switch state {
        case .idle, .removing: return
        case .asking, .mapped: remove(at: now)
        }
    }

    /// Asks the gateway to remove what it may have mapped for us, whatever we know of it.
    mutating func remove(at now: Instant) {
        timers.removeAll()
        state = .removing(attempt: 1)
        outgoing = [.map]
        timers[.retransmission] = now + Self.initialTimeout
    }

    /// Forgets everything without a word; a mapping that stands lapses.
    public mutating func abandon() {
        state = .idle
        timers.removeAll()
        outgoing = []
    }

    // MARK: The contract

    /// - Throws: `MappingFailure` for a packet that is not an answer to our request from the gateway.
    public mutating func receive(_ datagram: Span<UInt8>, on path: Path, at now: Instant) throws(MappingFailure) {
        // Section 3.1: answers from elsewhere than the gateway must be ignored.
        guard path.transport == .udp, path.remote.ip == request.gateway,
            path.remote.port == NATPMPMessage.serverPort
        else { throw .unexpectedSource }
        switch try NATPMPResponse(datagram) {
        case .address(let result, let seconds, let address): take(address, result, seconds, at: now)
        case .map(let opcode, let result, let seconds, let inside, let outside, let lifetime):
            guard opcode == NATPMPMessage.mapOpcode(isUDP: request.isUDP), inside == request.internalPort else {
                throw .unrelated
            }
            takePort((outside, lifetime), result, seconds, at: now)
        }
    }

    public mutating func advance(to now: Instant) {
        while let timer = timers.popDue(at: now) {
            switch timer {
            case .retransmission: retransmit(at: now)
            case .renewal: ask(last: mapping, at: now)
            case .expiry: expire(at: now)
            }
        }
    }

    public var nextDeadline: Instant? { timers.next }

    public mutating func pollTransmit(into packet: inout OutputSpan<UInt8>, at now: Instant) -> Path? {
        guard !outgoing.isEmpty, packet.freeCapacity >= NATPMPMessage.requestBytes else { return nil }
        write(outgoing.removeFirst(), into: &packet)
        return Path(
            local: request.controlSocket,
            remote: TransportAddress(ip: request.gateway, port: NATPMPMessage.serverPort))
    }

    public mutating func pollEvent() -> MappingEvent? { events.isEmpty ? nil : events.removeFirst() }
}

// MARK: - Asking

extension NATPMPClient {
    /// Section 3.1: the first answer is waited for 250 ms, each further one twice as long, nine times in all.
    private static let initialTimeout = Interval.milliseconds(250)
    private static let attempts = 9
    private static let removalAttempts = 3
    private static let longestLifetime: UInt32 = 86_400

    private mutating func ask(last: MappedPort?, at now: Instant) {
        state = .asking(attempt: 1, Answers(), last: last)
        outgoing = [.address, .map]
        timers[.renewal] = nil
        timers[.retransmission] = now + Self.initialTimeout
    }

    private mutating func retransmit(at now: Instant) {
        let attempt: Int
        switch state {
        case .asking(let current, let answers, let last):
            guard current < Self.attempts else { return fail(.noAnswer, at: now) }
            state = .asking(attempt: current + 1, answers, last: last)
            outgoing = (answers.address == nil ? [.address] : []) + (answers.port == nil ? [.map] : [])
            attempt = current
        case .removing(let current):
            guard current < Self.removalAttempts else { return finishRemoval() }
            state = .removing(attempt: current + 1)
            outgoing = [.map]
            attempt = current
        case .idle, .mapped: return
        }
        timers[.retransmission] = now + Self.initialTimeout * (1 << Int64(attempt))
    }

    private func write(_ question: Question, into packet: inout OutputSpan<UInt8>) {
        packet.append(NATPMPMessage.version)
        guard case .map = question else {
            packet.append(NATPMPMessage.addressOpcode)
            return
        }
        var isRemoving = false
        if case .removing = state { isRemoving = true }
        packet.append(NATPMPMessage.mapOpcode(isUDP: request.isUDP))
        packet.append(bigEndian: UInt16(0))
        packet.append(bigEndian: request.internalPort)
        // Section 3.4: removing is asking for a lifetime and an external port of zero.
        packet.append(bigEndian: isRemoving ? 0 : suggestedPort)
        packet.append(bigEndian: isRemoving ? 0 : request.lifetimeSeconds)
    }
}

// MARK: - Answers

extension NATPMPClient {
    private mutating func take(_ address: IPAddress, _ result: UInt16, _ seconds: UInt32, at now: Instant) {
        if noteEpoch(seconds, at: now) { return }
        guard case .asking(let attempt, var answers, let last) = state else { return }
        guard result == 0 else { return fail(.refused(code: Int(result)), at: now) }
        guard !address.isUnspecified else { return }
        answers.address = address
        state = .asking(attempt: attempt, answers, last: last)
        finishIfComplete(at: now)
    }

    private mutating func takePort(
        _ port: (external: UInt16, lifetime: UInt32), _ result: UInt16, _ seconds: UInt32, at now: Instant
    ) {
        if case .removing = state {
            // An answer to what was asked before: whoever took it for the removal's would leave the port forwarded.
            guard result != 0 || port.lifetime == 0 else { return }
            return finishRemoval()
        }
        if noteEpoch(seconds, at: now) { return }
        guard case .asking(let attempt, var answers, let last) = state else { return }
        guard result == 0 else { return fail(.refused(code: Int(result)), at: now) }
        guard port.external != 0, port.lifetime > 0 else { return fail(.malformed, at: now) }
        answers.port = port
        state = .asking(attempt: attempt, answers, last: last)
        finishIfComplete(at: now)
    }

    private mutating func finishIfComplete(at now: Instant) {
        guard case .asking(_, let answers, _) = state, let address = answers.address, let port = answers.port else {
            return
        }
        let lifetime = Interval.seconds(Int64(min(port.lifetime, Self.longestLifetime)))
        let external = TransportAddress(ip: address, port: port.external)
        let mapped = MappedPort(
            method: .natPMP, external: external, internalPort: request.internalPort, lifetime: lifetime)
        if mapping?.external != external { events.append(.mapped(mapped)) }
        suggestedPort = port.external
        state = .mapped(mapped)
        timers.removeAll()
        // Section 3.3: renewal begins halfway to expiry.
        timers[.renewal] = now + lifetime / 2
        timers[.expiry] = now + lifetime
    }

    /// Section 3.6: if the gateway's seconds went back, its mappings are gone and must be made anew. True if so.
    private mutating func noteEpoch(_ seconds: UInt32, at now: Instant) -> Bool {
        guard epoch.lostState(seconds, at: now), case .mapped(let mapping) = state else { return false }
        ask(last: mapping, at: now)
        return true
    }

    private mutating func fail(_ refusal: MappingRefusal, at now: Instant) {
        if case .noAnswer = refusal, let mapping {
            // It stands until it expires; ask again before that.
            state = .mapped(mapping)
            timers[.renewal] = now + max(mapping.lifetime / 8, .seconds(2))
            return
        }
        if let mapping { events.append(.lost(mapping)) }
        events.append(.unavailable(refusal))
        abandon()
    }

    private mutating func expire(at now: Instant) {
        guard let mapping else { return }
        events.append(.lost(mapping))
        timers.removeAll()
        ask(last: nil, at: now)
    }

    private mutating func finishRemoval() {
        abandon()
        events.append(.removed)
    }
}
