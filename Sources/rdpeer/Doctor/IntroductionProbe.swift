import NetworkIO
import Rendezvous
import WireFormat

/// Meets itself at the server, as host and viewer in one: the way to learn what the server gives to a session, and that
/// it introduces anybody at all.
struct IntroductionProbe {
    enum Side: Hashable {
        case host
        case viewer
    }

    enum State: Equatable {
        case working
        /// The servers that a session gets, with credentials of its own.
        case met([TraversalServer])
        case failed(String)
    }

    /// What the driver has to do for a side's connection.
    enum Action {
        case connect(Side, path: String)
        case disconnect(Side)
    }

    private(set) var state = State.working
    /// Why there is no connection to the server, if that is why nobody was introduced.
    private(set) var transportFailure: SignalingTransportFailure?
    /// The server's address as signaling connected to it.
    private(set) var serverAddress: IPAddress?
    /// From the start to the open connection.
    private(set) var setup: Interval?
    /// Set by the driver when it connects; news of other attempts is stale.
    var attempts: [Side: UInt64] = [:]
    private let startedAt: Instant
    private var random: SeededRandom
    private var host: RendezvousClient
    private var viewer: RendezvousClient?
    private var actions: [Action] = []

    init(random: SeededRandom, now: Instant) {
        self.random = random
        startedAt = now
        host = RendezvousClient(purpose: .hostRoom(nil), random: self.random.fork(), now: now)
        drain(at: now)
    }

    mutating func signaling(_ side: Side, _ event: SignalingClient.Event, attempt: UInt64, at now: Instant) {
        guard attempts[side] == attempt else { return }
        switch event {
        case .reached: break
        case .opened(let remote, _):
            if side == .host {
                serverAddress = remote?.ip
                setup = now - startedAt
            }
            change(side) { $0.transportOpened(at: now) }
        case .message(let bytes): change(side) { try? $0.receive(bytes.span, at: now) }
        case .closed(let failure):
            if case .working = state {
                state = .failed("\(failure)")
                transportFailure = failure
            }
            change(side) { $0.transportClosed(isUnknown: failure.isUnknownPath, at: now) }
        }
        drain(at: now)
    }

    mutating func advance(to now: Instant) {
        change(.host) { $0.advance(to: now) }
        change(.viewer) { $0.advance(to: now) }
        drain(at: now)
    }

    var nextDeadline: Instant? {
        guard case .working = state else { return nil }
        guard let other = viewer?.nextDeadline else { return host.nextDeadline }
        return host.nextDeadline.map { min($0, other) } ?? other
    }

    mutating func giveUp() {
        if case .working = state { state = .failed("the server did not introduce anybody in time") }
    }

    mutating func popAction() -> Action? { actions.isEmpty ? nil : actions.removeFirst() }

    mutating func pollMessage(at now: Instant) -> (Side, [UInt8])? {
        for side in [Side.host, .viewer] {
            var isMessage = false
            let bytes = [UInt8](capacity: SignalingLimits.messageBytes) { output in
                change(side) { isMessage = $0.pollTransmit(into: &output, at: now) }
            }
            drain(at: now)
            if isMessage { return (side, bytes) }
        }
        return nil
    }

    private mutating func change(_ side: Side, _ body: (inout RendezvousClient) -> Void) {
        switch side {
        case .host: body(&host)
        case .viewer:
            guard var copy = viewer else { return }
            body(&copy)
            viewer = copy
        }
    }

    private mutating func drain(at now: Instant) {
        while let event = host.pollEvent() { take(event, .host, at: now) }
        while let event = viewer?.pollEvent() { take(event, .viewer, at: now) }
    }

    private mutating func take(_ event: RendezvousClient.Event, _ side: Side, at now: Instant) {
        switch event {
        case .connect(let path): if case .working = state { actions.append(.connect(side, path: path)) }
        case .disconnect: actions.append(.disconnect(side))
        case .hosting(let venue) where viewer == nil:
            // Nobody reads the offer: the host that gets it is this program.
            viewer = RendezvousClient(
                purpose: .join(venue, offer: random.bytes(count: 32)), random: random.fork(), now: now)
            drain(at: now)
        // A policy that lets only some keys meet this code says no to this program, too, which has none.
        case .identityWanted: try? viewer?.identify(nil, proof: [])
        case .termsOffered: try? viewer?.agree(offer: random.bytes(count: 32))
        case .incoming(let session, _, let servers, _):
            state = .met(servers)
            try? host.leave(session, .finished)
            host.finish(.finished)
            viewer?.finish(.finished)
        case .refused(_, let reason), .delayed(_, let reason):
            if case .working = state { state = .failed("the server refused: \(reason.words)") }
        default: break
        }
    }
}
