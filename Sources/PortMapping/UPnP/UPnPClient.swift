public import WireFormat

/// One mapping by UPnP Internet Gateway Device, version 1 or 2: finds the gateway by SSDP, reads its description, asks for
/// the external address, adds the mapping, renews it, and deletes it.
///
/// SSDP goes over the control socket (the driver need not join the group: answers are unicast). Each HTTP request is a
/// TCP connection of its own: the first packet on a `.tcp` path opens it, `path.local.port` tells one from another (the
/// driver may bind any port as long as it hands the same path back), and the driver says when it ended or failed.
public struct UPnPClient: Sendable {
    private enum State {
        case idle
        case searching(attempt: Int)
        case working(Step, HTTPExchange)
        case mapped(MappedPort)
    }

    /// What the exchange under way is for.
    private enum Step: Sendable {
        case describing(HTTPLocation)
        case askingAddress
        case adding(port: UInt16, leaseSeconds: UInt32, attempt: Int)
        case deleting
    }

    private enum Timer: Hashable, Sendable {
        case search
        case exchange
        case renewal
        case expiry
    }

    private let request: MappingRequest
    private var random: SeededRandom
    private var state = State.idle
    private var timers = Deadlines<Timer>()
    private var searches: [String] = []
    private var events: [MappingEvent] = []
    private var service: UPnPService?
    private var externalAddress: IPAddress?
    private var standing: MappedPort?
    private var isStopping = false

    /// - Parameter random: for TCP ports and for other external ports if the wanted one is taken.
    public init(_ request: MappingRequest, random: SeededRandom) {
        self.request = request
        self.random = random
    }

    /// The mapping that stands.
    public var mapping: MappedPort? { standing }

    /// The TCP connection that is wanted or in use.
    public var connection: Path? {
        if case .working(_, let exchange) = state { exchange.path } else { nil }
    }

    /// Whether the gateway may have made a mapping of which we do not know yet.
    var isAdding: Bool { if case .working(.adding, _) = state { true } else { false } }

    /// Looks for a gateway. UPnP maps IPv4 ports only; with an IPv6 gateway the client stays idle.
    public mutating func start(at now: Instant) {
        guard case .idle = state, request.gateway.isIPv4 else { return }
        isStopping = false
        state = .searching(attempt: 1)
        searches = SSDP.targets
        timers[.search] = now + Self.searchInterval
    }

    /// Deletes the mapping, if there may be one.
    public mutating func stop(at now: Instant) {
        if case .idle = state { return }
        isStopping = true
        timers.removeAll()
        if case .working(.adding(let port, _, _), _) = state, standing == nil { return delete(port, at: now) }
        guard let standing else { return finishRemoval() }
        delete(standing.external.port, at: now)
    }

    /// Forgets everything without a word; a mapping with a lease lapses.
    public mutating func abandon() {
        state = .idle
        timers.removeAll()
        searches = []
        standing = nil
    }

    // MARK: The contract

    /// - Throws: `MappingFailure` for what is not an answer from the gateway to what was asked.
    public mutating func receive(_ datagram: Span<UInt8>, on path: Path, at now: Instant) throws(MappingFailure) {
        guard path.remote.ip == request.gateway else { throw .unexpectedSource }
        if path.transport == .udp { return try receiveSearchAnswer(datagram, at: now) }
        guard case .working(let step, var exchange) = state, exchange.path == path else { throw .unrelated }
        do {
            let response = try exchange.receive(datagram)
            state = .working(step, exchange)
            if let response { finish(step, response, at: now) }
        } catch {
            fail(.malformed, at: now)
            throw error
        }
    }

    /// The peer closed a TCP connection.
    public mutating func streamEnded(on path: Path, at now: Instant) {
        guard case .working(let step, let exchange) = state, exchange.path == path else { return }
        if let response = try? exchange.close() {
            finish(step, response, at: now)
        } else {
            fail(.noAnswer, at: now)
        }
    }

    /// A TCP connection could not be opened, or broke.
    public mutating func streamFailed(on path: Path, at now: Instant) {
        guard case .working(_, let exchange) = state, exchange.path == path else { return }
        fail(.noAnswer, at: now)
    }

    public mutating func advance(to now: Instant) {
        while let timer = timers.popDue(at: now) {
            switch timer {
            case .search: searchAgain(at: now)
            case .exchange: fail(.noAnswer, at: now)
            case .renewal: renew(at: now)
            case .expiry: expire(at: now)
            }
        }
    }

    public var nextDeadline: Instant? { timers.next }

    public mutating func pollTransmit(into packet: inout OutputSpan<UInt8>, at now: Instant) -> Path? {
        if let target = searches.first {
            let text = SSDP.search(target)
            guard packet.freeCapacity >= text.utf8.count else { return nil }
            searches.removeFirst()
            for byte in text.utf8 { packet.append(byte) }
            return Path(local: request.controlSocket, remote: SSDP.group)
        }
        guard case .working(let step, var exchange) = state else { return nil }
        let path = exchange.pollTransmit(into: &packet)
        state = .working(step, exchange)
        return path
    }

    public mutating func pollEvent() -> MappingEvent? { events.isEmpty ? nil : events.removeFirst() }
}

// MARK: - Discovery

extension UPnPClient {
    private static let searchInterval = Interval.seconds(1)
    private static let searchAttempts = 3
    private static let exchangeTimeout = Interval.seconds(5)

    private mutating func receiveSearchAnswer(_ datagram: Span<UInt8>, at now: Instant) throws(MappingFailure) {
        guard case .searching = state else { throw .unrelated }
        let location = try SSDP.location(datagram)
        // A gateway that names another machine would send our requests there.
        guard location.server.ip == request.gateway else { throw .unexpectedSource }
        timers.removeAll()
        searches = []
        let text = "GET \(location.path) HTTP/1.1\r\nHost: \(location.server)\r\nConnection: close\r\n\r\n"
        open(.describing(location), to: location.server, text, at: now)
    }

    private mutating func searchAgain(at now: Instant) {
        guard case .searching(let attempt) = state else { return }
        guard attempt < Self.searchAttempts else { return fail(.noAnswer, at: now) }
        state = .searching(attempt: attempt + 1)
        searches = SSDP.targets
        timers[.search] = now + Self.searchInterval
    }

    private mutating func open(_ step: Step, to server: TransportAddress, _ text: String, at now: Instant) {
        // RFC 6335 section 6: the dynamic ports.
        let port = UInt16.random(in: 49_152...65_535, using: &random)
        let local = TransportAddress(ip: request.controlSocket.ip, port: port)
        let path = Path(transport: .tcp, local: local, remote: server)
        state = .working(step, HTTPExchange(path: path, request: text))
        timers[.exchange] = now + Self.exchangeTimeout
    }

    private mutating func call(
        _ step: Step, _ action: String, _ arguments: [(name: String, value: String)], at now: Instant
    ) {
        guard let service else { return fail(.malformed, at: now) }
        let request = SOAPRequest(service: service, action: action, arguments: arguments)
        open(step, to: service.control.server, request.text, at: now)
    }
}

// MARK: - Mapping

extension UPnPClient {
    /// Errors of WANIPConnection (sections 2.4.16 and 2.5.16): the port is taken; wildcards are not permitted in it; only
    /// permanent leases are supported.
    private static let conflictCodes = [718, 501, 716]
    private static let onlyPermanentCode = 725
    private static let addAttempts = 5
    /// IGD version 2, section 2.3.9: a lease is at most a week.
    private static let longestLease: UInt32 = 604_800

    private mutating func finish(_ step: Step, _ response: HTTPResponse, at now: Instant) {
        timers[.exchange] = nil
        switch step {
        case .describing(let location): finishDescription(response, location, at: now)
        case .askingAddress: finishAddress(response, at: now)
        case .adding(let port, let lease, let attempt): finishAdding(response, port, lease, attempt, at: now)
        case .deleting: finishRemoval()
        }
    }

    private mutating func finishDescription(_ response: HTTPResponse, _ location: HTTPLocation, at now: Instant) {
        guard response.status == 200, let description = try? GatewayDescription(response.body, from: location) else {
            return fail(.malformed, at: now)
        }
        service = description.service
        call(.askingAddress, "GetExternalIPAddress", [], at: now)
    }

    private mutating func finishAddress(_ response: HTTPResponse, at now: Instant) {
        guard let answer = try? SOAPAnswer(response.body) else { return fail(.malformed, at: now) }
        guard response.status == 200 else { return fail(.refused(code: answer.errorCode ?? response.status), at: now) }
        guard let text = answer["NewExternalIPAddress"], let address = IPAddress(text), address.isIPv4,
            !address.isUnspecified
        else { return fail(.malformed, at: now) }
        externalAddress = address
        let wanted = standing?.external.port ?? request.suggestedPort
        let lease = min(request.lifetimeSeconds, Self.longestLease)
        add(port: wanted == 0 ? request.internalPort : wanted, leaseSeconds: lease, attempt: 1, at: now)
    }

    private mutating func add(port: UInt16, leaseSeconds: UInt32, attempt: Int, at now: Instant) {
        let action = service?.choosesPorts == true ? "AddAnyPortMapping" : "AddPortMapping"
        let arguments = [
            ("NewRemoteHost", ""), ("NewExternalPort", "\(port)"),
            ("NewProtocol", request.isUDP ? "UDP" : "TCP"), ("NewInternalPort", "\(request.internalPort)"),
            ("NewInternalClient", "\(request.controlSocket.ip)"), ("NewEnabled", "1"),
            ("NewPortMappingDescription", request.label), ("NewLeaseDuration", "\(leaseSeconds)"),
        ]
        call(
            .adding(port: port, leaseSeconds: leaseSeconds, attempt: attempt), action,
            arguments.map { (name: $0.0, value: $0.1) }, at: now)
    }

    private mutating func finishAdding(
        _ response: HTTPResponse, _ port: UInt16, _ lease: UInt32, _ attempt: Int, at now: Instant
    ) {
        guard let answer = try? SOAPAnswer(response.body) else { return fail(.malformed, at: now) }
        guard response.status != 200 else {
            let reserved = answer["NewReservedPort"].flatMap { UInt16($0) } ?? port
            return accept(reserved, at: now)
        }
        let code = answer.errorCode ?? response.status
        guard attempt < Self.addAttempts else { return fail(.refused(code: code), at: now) }
        if code == Self.onlyPermanentCode, lease != 0 {
            add(port: port, leaseSeconds: 0, attempt: attempt + 1, at: now)
        } else if Self.conflictCodes.contains(code) {
            let other = UInt16.random(in: 1_024...65_535, using: &random)
            add(port: other, leaseSeconds: lease, attempt: attempt + 1, at: now)
        } else {
            fail(.refused(code: code), at: now)
        }
    }

    private mutating func accept(_ port: UInt16, at now: Instant) {
        guard let externalAddress, port != 0 else { return fail(.malformed, at: now) }
        let seconds = min(request.lifetimeSeconds, Self.longestLease)
        let lifetime = Interval.seconds(Int64(seconds))
        let mapped = MappedPort(
            method: .upnp, external: TransportAddress(ip: externalAddress, port: port),
            internalPort: request.internalPort, lifetime: lifetime)
        if standing?.external != mapped.external { events.append(.mapped(mapped)) }
        standing = mapped
        state = .mapped(mapped)
        timers.removeAll()
        timers[.renewal] = now + lifetime / 2
        timers[.expiry] = now + lifetime
    }

    /// Asks for the address again too: that is how a new one, or a gateway that forgot, is noticed.
    private mutating func renew(at now: Instant) {
        guard standing != nil else { return }
        call(.askingAddress, "GetExternalIPAddress", [], at: now)
    }

    private mutating func delete(_ port: UInt16, at now: Instant) {
        let arguments = [
            (name: "NewRemoteHost", value: ""), (name: "NewExternalPort", value: "\(port)"),
            (name: "NewProtocol", value: request.isUDP ? "UDP" : "TCP"),
        ]
        call(.deleting, "DeletePortMapping", arguments, at: now)
    }

    private mutating func fail(_ refusal: MappingRefusal, at now: Instant) {
        timers[.exchange] = nil
        timers[.search] = nil
        if isStopping { return finishRemoval() }
        if let standing, refusal == .noAnswer {
            // It stands until its lease ends; ask again before that.
            state = .mapped(standing)
            timers[.renewal] = now + max(standing.lifetime / 8, .seconds(2))
            return
        }
        if let standing { events.append(.lost(standing)) }
        events.append(.unavailable(refusal))
        abandon()
    }

    private mutating func expire(at now: Instant) {
        guard let lost = standing else { return }
        events.append(.lost(lost))
        abandon()
        start(at: now)
    }

    private mutating func finishRemoval() {
        abandon()
        events.append(.removed)
    }
}
