public import WireFormat

/// One mapping by the Port Control Protocol (RFC 6887): asks, renews at half its life, asks again when the gateway has
/// forgotten it, and removes it.
///
/// Section 8.1.1 retransmits for ever; this client gives up after a few tries, since a session that starts has other
/// ways to go, and most gateways do not speak PCP.
public struct PCPClient: Sendable {
    private enum State {
        case idle
        /// Asking, for the first time or again; the mapping if there is one still.
        case asking(attempt: Int, last: MappedPort?)
        case mapped(MappedPort)
        case removing(attempt: Int)
    }

    private enum Timer: Hashable, Sendable {
        case retransmission
        case renewal
        case expiry
    }

    private let request: MappingRequest
    private let nonce: PCPNonce
    private var random: SeededRandom
    private var state = State.idle
    private var timers = Deadlines<Timer>()
    private var epoch = GatewayEpoch()
    private var suggested: TransportAddress
    private var wantsToSend = false
    private var events: [MappingEvent] = []
    private var timeout = Interval.zero

    /// - Parameter random: for the nonce and for spreading retransmissions.
    public init(_ request: MappingRequest, random: SeededRandom) {
        self.request = request
        self.random = random
        nonce = PCPNonce(from: &self.random)
        let anywhere: IPAddress = request.gateway.isIPv4 ? .v4(0) : .v6(high: 0, low: 0)
        suggested = TransportAddress(ip: anywhere, port: request.suggestedPort)
    }

    /// The mapping that stands.
    public var mapping: MappedPort? {
        switch state {
        case .mapped(let port), .asking(_, let port?): port
        case .idle, .asking, .removing: nil
        }
    }

    /// Asks for the mapping.
    public mutating func start(at now: Instant) {
        guard case .idle = state else { return }
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
        scheduleFirst(at: now)
    }

    /// Forgets everything without a word; a mapping that stands lapses.
    public mutating func abandon() {
        state = .idle
        timers.removeAll()
        wantsToSend = false
    }

    // MARK: The contract

    /// - Throws: `MappingFailure` for a packet that is not an answer to our request from the gateway.
    public mutating func receive(_ datagram: Span<UInt8>, on path: Path, at now: Instant) throws(MappingFailure) {
        // Section 8.3: the source must be where the request went.
        guard path.transport == .udp, path.remote.ip == request.gateway else { throw .unexpectedSource }
        guard path.remote.port == PCPMessage.serverPort else { throw .unexpectedSource }
        if isNATPMPRefusal(datagram) { return fail(.unsupportedVersion, retryAfter: nil, at: now) }
        let response = try PCPResponse(datagram)
        switch response.body {
        case .announce: noteEpoch(response.epochSeconds, at: now)
        case .map(let nonce, let number, let port, let external):
            guard nonce == self.nonce, number == PCPMessage.protocolNumber(isUDP: request.isUDP),
                port == request.internalPort
            else { throw .unrelated }
            take(response, external, at: now)
        case .other:
            guard response.result == PCPResponse.unsupportedVersion else { throw .unrelated }
            fail(.unsupportedVersion, retryAfter: nil, at: now)
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
        guard wantsToSend, packet.freeCapacity >= PCPMessage.mapBytes else { return nil }
        wantsToSend = false
        write(into: &packet)
        return Path(
            local: request.controlSocket,
            remote: TransportAddress(ip: request.gateway, port: PCPMessage.serverPort))
    }

    public mutating func pollEvent() -> MappingEvent? { events.isEmpty ? nil : events.removeFirst() }
}

// MARK: - Asking

extension PCPClient {
    /// Section 8.1.1: IRT = 3 s, MRT = 1024 s.
    private static let initialTimeout = Interval.seconds(3)
    private static let longestTimeout = Interval.seconds(1_024)
    /// Ours: after 3 + 6 + 12 seconds nobody is there.
    private static let attempts = 3
    private static let removalAttempts = 2
    /// Section 15: "PCP clients SHOULD NOT use a lifetime of more than 24 hours" as granted either.
    private static let longestLifetime: UInt32 = 86_400
    /// Section 11.2.1: renewals are at least four seconds apart.
    private static let shortestRenewal = Interval.seconds(4)

    private var isRemoving: Bool { if case .removing = state { true } else { false } }

    private mutating func ask(last: MappedPort?, at now: Instant) {
        state = .asking(attempt: 1, last: last)
        scheduleFirst(at: now)
    }

    private mutating func scheduleFirst(at now: Instant) {
        wantsToSend = true
        timeout = spread(Self.initialTimeout)
        timers[.renewal] = nil
        timers[.retransmission] = now + timeout
    }

    /// RT = (1 + RAND) * MIN(2 * RTprev, MRT), RAND from -0.1 to 0.1.
    private mutating func spread(_ interval: Interval) -> Interval {
        let tenth = interval.nanoseconds / 10
        return Interval(nanoseconds: interval.nanoseconds + Int64.random(in: -tenth...tenth, using: &random))
    }

    private mutating func retransmit(at now: Instant) {
        switch state {
        case .asking(let attempt, let last):
            guard attempt < Self.attempts else { return fail(.noAnswer, retryAfter: nil, at: now) }
            state = .asking(attempt: attempt + 1, last: last)
        case .removing(let attempt):
            guard attempt < Self.removalAttempts else { return finishRemoval() }
            state = .removing(attempt: attempt + 1)
        case .idle, .mapped: return
        }
        wantsToSend = true
        timeout = spread(min(timeout * 2, Self.longestTimeout))
        timers[.retransmission] = now + timeout
    }

    private func write(into packet: inout OutputSpan<UInt8>) {
        packet.append(PCPMessage.version)
        packet.append(PCPMessage.mapOpcode)
        packet.append(bigEndian: UInt16(0))
        // Section 15: a lifetime of zero removes the mapping.
        packet.append(bigEndian: isRemoving ? 0 : request.lifetimeSeconds)
        PCPMessage.append(request.controlSocket.ip, to: &packet)
        packet.append(bigEndian: nonce.high)
        packet.append(bigEndian: nonce.low)
        packet.append(PCPMessage.protocolNumber(isUDP: request.isUDP))
        for _ in 0..<3 { packet.append(UInt8(0)) }
        packet.append(bigEndian: request.internalPort)
        // Section 11.2.1: a renewal suggests the external address and port that were assigned.
        packet.append(bigEndian: isRemoving ? 0 : suggested.port)
        let anywhere: IPAddress = suggested.ip.isIPv4 ? .v4(0) : .v6(high: 0, low: 0)
        PCPMessage.append(isRemoving ? anywhere : suggested.ip, to: &packet)
    }
}

// MARK: - Answers

extension PCPClient {
    /// RFC 6886 section 3.5: a NAT-PMP server answers version 2 with version 0 and result code 1.
    private func isNATPMPRefusal(_ datagram: Span<UInt8>) -> Bool {
        guard case .asking = state else { return false }
        return datagram.count >= 8 && datagram[0] == 0 && datagram[1] == 0x80 | PCPMessage.mapOpcode
            && datagram[2] == 0 && datagram[3] == 1
    }

    private mutating func take(_ response: PCPResponse, _ external: TransportAddress, at now: Instant) {
        switch state {
        case .idle: return
        case .removing:
            // Else an answer to what was asked before: whoever took it for the removal's would leave the port forwarded.
            if response.result != 0 || response.lifetimeSeconds == 0 { finishRemoval() }
            return
        case .asking, .mapped: break
        }
        guard response.result == 0 else {
            // Section 7.4: an error's lifetime says for how long it will stay so.
            let seconds = min(response.lifetimeSeconds, Self.longestLifetime)
            let pause = Interval.seconds(Int64(max(30, seconds)))
            return fail(.refused(code: Int(response.result)), retryAfter: pause, at: now)
        }
        // What is granted now is from after a reboot, if there was one; nothing else of ours is on this gateway.
        _ = epoch.lostState(response.epochSeconds, at: now)
        accept(response, external, at: now)
    }

    private mutating func accept(_ response: PCPResponse, _ external: TransportAddress, at now: Instant) {
        let seconds = min(response.lifetimeSeconds, Self.longestLifetime)
        guard seconds > 0, external.port != 0, !external.ip.isUnspecified else {
            return fail(.malformed, retryAfter: nil, at: now)
        }
        let lifetime = Interval.seconds(Int64(seconds))
        let port = MappedPort(
            method: .pcp, external: external, internalPort: request.internalPort, lifetime: lifetime)
        if mapping?.external != external { events.append(.mapped(port)) }
        suggested = external
        state = .mapped(port)
        timers.removeAll()
        timers[.renewal] = now + max(lifetime / 2, Self.shortestRenewal)
        timers[.expiry] = now + lifetime
    }

    /// An epoch that arrived unasked (section 14.1.3): if state was lost, the mapping is asked for anew.
    private mutating func noteEpoch(_ seconds: UInt32, at now: Instant) {
        guard epoch.lostState(seconds, at: now), let mapping else { return }
        ask(last: mapping, at: now)
    }

    private mutating func fail(_ refusal: MappingRefusal, retryAfter: Interval?, at now: Instant) {
        if isRemoving { return finishRemoval() }
        if case .noAnswer = refusal, case .asking(_, let last?) = state {
            // The mapping stands until it expires; ask again before that.
            state = .mapped(last)
            timers[.renewal] = now + max(last.lifetime / 8, Self.shortestRenewal)
            return
        }
        if let mapping { events.append(.lost(mapping)) }
        events.append(.unavailable(refusal))
        timers.removeAll()
        state = .idle
        if let retryAfter {
            state = .asking(attempt: 0, last: nil)
            timers[.retransmission] = now + retryAfter
        }
    }

    private mutating func expire(at now: Instant) {
        guard let mapping else { return }
        events.append(.lost(mapping))
        timers.removeAll()
        ask(last: nil, at: now)
    }

    private mutating func finishRemoval() {
        timers.removeAll()
        wantsToSend = false
        state = .idle
        events.append(.removed)
    }
}
