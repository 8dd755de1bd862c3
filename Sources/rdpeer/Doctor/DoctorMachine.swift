import ICE
import NetworkIO
import WireFormat

/// All probes, as one datagram loop drives them.
struct DoctorMachine: DatagramMachine {
    enum Event {
        /// The server answers over UDP, over IPv4 or IPv6.
        case answered(TransportAddress)
        case discovered
        /// The addresses of a server's name.
        case resolved(String, [IPAddress])
        /// The time for everything is over, or somebody wants it to be.
        case timeUp
    }

    private enum Timer: Hashable {
        case gateway
        case signaling
        case all
    }

    /// The router may need its time, nobody else does.
    private static let gatewayPatience = Interval.milliseconds(4_000)
    private static let signalingPatience = Interval.milliseconds(5_000)
    private static let patience = Interval.milliseconds(9_000)

    var introduction: IntroductionProbe
    var gateway: GatewayProbe?
    var relays: [RelayProbe] = []
    /// One a family.
    private(set) var discoveries: [Discovery] = []
    private var timers = Deadlines<Timer>()
    private var events: [Event] = []

    struct Discovery {
        enum Outcome: Equatable {
            case pending
            case found(BehaviorReport)
            case unreachable
        }

        var machine: BehaviorDiscovery
        var outcome = Outcome.pending
    }

    init(random: SeededRandom, now: Instant) {
        introduction = IntroductionProbe(random: random, now: now)
        timers[.gateway] = now + Self.gatewayPatience
        timers[.signaling] = now + Self.signalingPatience
        timers[.all] = now + Self.patience
    }

    mutating func discover(_ discovery: BehaviorDiscovery, at now: Instant) {
        var discovery = discovery
        discovery.start(at: now)
        discoveries.append(Discovery(machine: discovery))
    }

    /// Whether every probe has its result, and what was borrowed is given back.
    var isDone: Bool {
        introduction.state != .working && relays.allSatisfy { $0.outcome != .pending && $0.nextDeadline == nil }
            && discoveries.allSatisfy { $0.outcome != .pending } && gateway?.isFinished ?? true
    }

    mutating func receive(_ datagram: Span<UInt8>, on path: Path, at now: Instant) throws(Never) {
        gateway?.receive(datagram, on: path, at: now)
        for index in relays.indices where relays[index].isAt(path) {
            relays[index].receive(datagram, on: path, at: now)
        }
        for index in discoveries.indices {
            try? discoveries[index].machine.receive(datagram, on: path, at: now)
        }
        drain()
    }

    mutating func advance(to now: Instant) {
        introduction.advance(to: now)
        gateway?.advance(to: now)
        for index in relays.indices { relays[index].advance(to: now) }
        for index in discoveries.indices { discoveries[index].machine.advance(to: now) }
        while let timer = timers.popDue(at: now) {
            switch timer {
            case .gateway: gateway?.giveUp()
            case .signaling: introduction.giveUp()
            case .all: events.append(.timeUp)
            }
        }
        drain()
    }

    var nextDeadline: Instant? {
        var all = [timers.next, introduction.nextDeadline, gateway?.nextDeadline]
        all += relays.map(\.nextDeadline) + discoveries.map(\.machine.nextDeadline)
        return all.compactMap { $0 }.min()
    }

    mutating func pollTransmit(into packet: inout OutputSpan<UInt8>, at now: Instant) -> Path? {
        if let path = gateway?.pollTransmit(into: &packet, at: now) { return path }
        for index in relays.indices {
            if let path = relays[index].pollTransmit(into: &packet, at: now) { return path }
        }
        for index in discoveries.indices {
            if let path = discoveries[index].machine.pollTransmit(into: &packet, at: now) { return path }
        }
        return nil
    }

    mutating func resolved(_ name: String, _ addresses: [IPAddress]) { events.append(.resolved(name, addresses)) }

    mutating func interrupt() { events.append(.timeUp) }

    mutating func pollEvent() -> Event? { events.isEmpty ? nil : events.removeFirst() }

    mutating func streamClosed(_ path: Path, at now: Instant) {
        for index in relays.indices where relays[index].isAt(path) {
            relays[index].fail("the server closed the connection")
        }
        gateway?.streamClosed(path, at: now)
    }

    private mutating func drain() {
        for index in discoveries.indices {
            while let event = discoveries[index].machine.pollEvent() {
                switch event {
                case .answered(let mapped): events.append(.answered(mapped))
                case .finished(let report):
                    discoveries[index].outcome = .found(report)
                    events.append(.discovered)
                case .unreachable:
                    discoveries[index].outcome = .unreachable
                    events.append(.discovered)
                }
            }
        }
    }
}
