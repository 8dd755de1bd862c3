import STUN
import WireFormat

/// Finds out what stands between this machine and a server: NAT behaviour discovery (RFC 5780), over UDP.
///
///     var discovery = BehaviorDiscovery(server: server, sockets: sockets, random: random)
///     discovery.start(at: now)
///     // receive, advance, pollTransmit, pollEvent, until .finished or .unreachable
///
/// Four sockets ask all addresses of the server what they see (mapping, and how ports are chosen); a fifth asks for
/// answers from elsewhere and sends nothing there itself (filtering); two more send to each other's outside address
/// (hairpinning). All at once: a run is some round trips, and the wait for answers that a filter drops.
///
/// Deviations from RFC 5780: its tests run one after the other, from one socket; ours from sockets of their own, or the
/// packets of one test would open the filter for the next. The 39.5 s of RFC 8489 are cut to a few round trips, since
/// silence is a result here. The lifetime of bindings (section 4.6) is not measured: it takes minutes.
public struct BehaviorDiscovery: Sendable {
    /// The sockets to give it: bound to one address, to different ports, not used by anybody before.
    public static let socketCount = 7

    static let mappingSockets = 0..<4
    static let filteringSocket = 4
    static let hairpinSockets = (5, 6)

    /// Between two first sendings, so that they reach the NAT in order and no burst is lost.
    static let pacing = Interval.milliseconds(4)
    /// Until the server's round trip is known: sent at 0, 250, 750, 1250 and 1750 ms, given up after 2.25 s.
    static let firstPolicy = RetransmissionPolicy(
        initialTimeout: .milliseconds(250), sendCount: 5, finalWaitFactor: 2, maximumTimeout: .milliseconds(500))

    public let server: TransportAddress
    public let sockets: [TransportAddress]

    var probes: [Probe] = []
    var offers = BehaviorReport.ServerOffers.onePort
    var roundTrip: Interval?
    private var waiting: [Int] = []
    private var requests: [TransactionIdentifier] = []
    private var table = TransactionTable<Int>(limit: 64)
    private var events: [Event] = []
    private var nextSendAt: Instant
    private var sentCount = 0
    private var state = State.idle
    private var random: SeededRandom

    private enum State { case idle, running, finished }

    public enum Event: Hashable, Sendable {
        /// The server answers, and sees us there.
        case answered(mapped: TransportAddress)
        /// The last event.
        case finished(BehaviorReport)
        /// No answer came at all, the last event: no UDP passes, or there is no such server.
        case unreachable
    }

    public enum Failure: Error, Hashable, Sendable {
        case malformed(MessageFailure)
        /// Not ours.
        case unexpected
    }

    /// - Parameters:
    ///   - sockets: `socketCount` of them, by the addresses that the driver reports, of the server's family.
    ///   - random: the source of transaction identifiers.
    public init(server: TransportAddress, sockets: [TransportAddress], random: SeededRandom) {
        precondition(sockets.count == Self.socketCount, "behaviour discovery needs seven sockets")
        self.server = server
        self.sockets = sockets
        self.random = random
        nextSendAt = .zero
    }

    /// Sends the first requests.
    public mutating func start(at now: Instant) {
        guard case .idle = state else { return }
        state = .running
        nextSendAt = now
        for socket in sockets.indices { ask(.mapping(.primary), from: socket, at: server) }
    }

    public var nextDeadline: Instant? {
        guard !waiting.isEmpty else { return table.nextDeadline }
        return table.nextDeadline.map { min($0, nextSendAt) } ?? nextSendAt
    }

    public mutating func advance(to now: Instant) {
        while let due = table.popDue(at: now) {
            switch due {
            case .retransmission(let transaction): requests.append(transaction.identifier)
            case .timeout(let transaction): probes[transaction.content].outcome = .silent
            }
        }
        finishIfDone()
    }

    public mutating func pollTransmit(into packet: inout OutputSpan<UInt8>, at now: Instant) -> Path? {
        while !requests.isEmpty {
            guard let transaction = table.find(requests.removeFirst()) else { continue }
            if let path = write(transaction.content, transaction.identifier, into: &packet) { return path }
        }
        guard !waiting.isEmpty, nextSendAt <= now else { return nil }
        let index = waiting.removeFirst()
        let identifier = TransactionIdentifier(random: &random)
        probes[index].ordinal = sentCount
        probes[index].transaction = identifier
        sentCount += 1
        nextSendAt = now + Self.pacing
        table.start(identifier, index, policy: policy, at: now)
        return write(index, identifier, into: &packet)
    }

    public mutating func pollEvent() -> Event? { events.isEmpty ? nil : events.removeFirst() }

    /// Takes a datagram that came on one of the sockets.
    public mutating func receive(
        _ datagram: Span<UInt8>, on path: Path, at now: Instant
    ) throws(Failure) {
        guard let socket = sockets.firstIndex(of: path.local) else { throw .unexpected }
        let message: Message
        do { message = try Message(datagram) } catch { throw .malformed(error) }
        guard message.method == .binding, message.fingerprint != .invalid else { throw .unexpected }
        if message.messageClass == .request {
            try receiveHairpinned(message, at: socket, from: path.remote)
        } else {
            try receiveAnswer(message, at: socket, from: path.remote, at: now)
        }
        finishIfDone()
    }

    /// A request of our own that came back in. Nobody else knows its identifier.
    private mutating func receiveHairpinned(
        _ message: borrowing Message, at socket: Int, from source: TransportAddress
    ) throws(Failure) {
        let identifier = message.transaction
        guard let index = probes.firstIndex(where: { $0.transaction == identifier && $0.purpose == .hairpin }),
            probes[index].socket != socket
        else { throw .unexpected }
        probes[index].outcome = .arrived(from: source)
        // One that arrives is enough.
        let hairpins = probes.indices.filter { probes[$0].purpose == .hairpin }
        table.removeAll { hairpins.contains($0.content) }
        waiting.removeAll { hairpins.contains($0) }
    }

    private mutating func receiveAnswer(
        _ message: borrowing Message, at socket: Int, from source: TransportAddress, at now: Instant
    ) throws(Failure) {
        guard message.messageClass.isResponse, let sent = table.find(message.transaction),
            probes[sent.content].socket == socket
        else { throw .unexpected }
        let index = sent.content
        let isElsewhere = source != probes[index].destination
        let isSuccess = message.messageClass == .successResponse
        switch probes[index].purpose {
        case .mapping where isElsewhere, .hairpin: throw .unexpected
        // An answer from the place that was asked means that the server does not do what it was asked for.
        case .filtering where !isElsewhere || !isSuccess: probes[index].outcome = .refused
        case .mapping, .filtering:
            if isSuccess, let mapped = message.mappedAddress {
                probes[index].outcome = .answered(mapped: mapped, isFirst: sent.sendCount == 1)
            } else {
                probes[index].outcome = .refused
            }
        }
        table.finish(message.transaction)
        if let measured = sent.roundTrip(at: now) { roundTrip = min(roundTrip ?? measured, measured) }
        if probes[index].purpose == .mapping(.primary) { proceed(after: index, message) }
    }

    func probe(_ purpose: Probe.Purpose, of socket: Int) -> Probe? {
        probes.first { $0.socket == socket && $0.purpose == purpose }
    }

    func mapped(_ destination: Destination, of socket: Int) -> TransportAddress? {
        if case .answered(let mapped, _)? = probe(.mapping(destination), of: socket)?.outcome { mapped } else { nil }
    }
}

extension BehaviorDiscovery {
    /// What an answer of the server's first socket makes possible.
    private mutating func proceed(after index: Int, _ message: borrowing Message) {
        guard case .answered(let mapped, _) = probes[index].outcome else { return }
        if !probes.contains(where: { $0.purpose == .mapping(.otherPort) }), offers == .onePort {
            events.append(.answered(mapped: mapped))
            askOthers(message)
        }
        let socket = probes[index].socket
        if socket == Self.filteringSocket, offers != .onePort {
            ask(.filtering(.port), from: socket, at: server)
            if offers == .twoAddresses { ask(.filtering([.address, .port]), from: socket, at: server) }
        }
        let (first, second) = Self.hairpinSockets
        if socket == first || socket == second, let one = self.mapped(.primary, of: first),
            let other = self.mapped(.primary, of: second), one != sockets[first], other != sockets[second]
        {
            ask(.hairpin, from: first, at: other)
            ask(.hairpin, from: second, at: one)
        }
    }

    /// The server's other sockets, from each socket that maps.
    private mutating func askOthers(_ message: borrowing Message) {
        var others: [(Destination, TransportAddress)] = []
        if let other = message.otherAddress, other.ip != server.ip, other.port != server.port, isSane(other) {
            offers = .twoAddresses
            others = [
                (.otherPort, TransportAddress(ip: server.ip, port: other.port)),
                (.otherAddress, TransportAddress(ip: other.ip, port: server.port)), (.otherBoth, other),
            ]
        } else if let port = message.alternatePort, port != server.port {
            offers = .twoPorts
            others = [(.otherPort, TransportAddress(ip: server.ip, port: port))]
        }
        for socket in Self.mappingSockets {
            for (destination, address) in others { ask(.mapping(destination), from: socket, at: address) }
        }
    }

    /// A server must not make us send just anywhere.
    private func isSane(_ other: TransportAddress) -> Bool {
        other.ip.isIPv4 == server.ip.isIPv4 && other.port != 0 && !other.ip.isUnspecified && !other.ip.isMulticast
            && !other.ip.isBroadcast && other.ip.isLoopback == server.ip.isLoopback
    }

    private mutating func ask(_ purpose: Probe.Purpose, from socket: Int, at destination: TransportAddress) {
        waiting.append(probes.count)
        probes.append(Probe(socket: socket, purpose: purpose, destination: destination))
    }

    /// With a known round trip silence shows after a few of them: sent at 0, 2, 6 and 14, given up after 22, the unit
    /// held between 30 and 250 ms.
    private var policy: RetransmissionPolicy {
        guard let roundTrip else { return Self.firstPolicy }
        return RetransmissionPolicy(
            initialTimeout: min(max(roundTrip * 2, .milliseconds(60)), .milliseconds(500)), sendCount: 4,
            finalWaitFactor: 4, maximumTimeout: .milliseconds(1_000))
    }

    private func write(
        _ index: Int, _ identifier: TransactionIdentifier, into packet: inout OutputSpan<UInt8>
    ) -> Path? {
        let probe = probes[index]
        var message = MessageBuilder(.request, .binding, transaction: identifier, into: &packet)
        if case .filtering(let change) = probe.purpose { message.add(.changeRequest, change.rawValue, to: &packet) }
        // The answer, with three addresses and a fingerprint, must not be longer.
        message.pad(toSize: (server.ip.isIPv4 ? 64 : 100) - 8, in: &packet)
        message.addFingerprint(to: &packet)
        let path = Path(local: sockets[probe.socket], remote: probe.destination)
        return message.finish(&packet) ? path : nil
    }

    private mutating func finishIfDone() {
        guard case .running = state, waiting.isEmpty, table.isEmpty else { return }
        state = .finished
        events.append(report.map { .finished($0) } ?? .unreachable)
    }
}
