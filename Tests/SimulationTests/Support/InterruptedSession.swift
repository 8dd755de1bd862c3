import NetworkSimulator
import PeerSession
import WireFormat
import rdbench

/// A session whose network goes away and comes back, while the screen changes and the viewer types with every frame.
final class InterruptedSession {
    /// What happens to the network of one side.
    enum Interruption: Hashable {
        /// Nothing passes for so long; the kernel tells of it, or it is beyond the router and nobody does.
        case cable(seconds: Int64, isTold: Bool)
        /// The machine sleeps; its clock runs on or stands still. What its NAT knew is forgotten after a minute or two.
        case sleep(seconds: Int64, clockRuns: Bool)
        /// The NAT forgets its mappings.
        case rebinding
        /// The NAT has another address outside, and forgets its mappings.
        case outerAddress
        /// The machine has another address.
        case address
    }

    enum Side: CaseIterable { case host, viewer }

    enum Surroundings: CaseIterable {
        /// Both behind home routers: direct.
        case home
        /// Nothing direct: over the relay.
        case strict
        /// No UDP on the viewer's side: over the relay by TCP.
        case web

        fileprivate var sides: (host: PopulationDraw, viewer: PopulationDraw) {
            switch self {
            case .home: (side([.portRestricted]), side([.portRestricted]))
            case .strict: (side([.symmetric]), side([.symmetric]))
            case .web: (side([.portRestricted]), web)
            }
        }

        private func side(_ rules: [TranslationRules]) -> PopulationDraw {
            Fixture.side(rules, delay: InterruptedSession.lineDelay)
        }

        private var web: PopulationDraw {
            var draw = Fixture.webOnly
            draw.link = AccessLink(delay: InterruptedSession.lineDelay)
            return draw
        }
    }

    /// The time from the network's return, or from the change, until content came; nil if none came in time.
    struct Return {
        var screen: Interval?
        var input: Interval?
    }

    static let frame = Interval.nanoseconds(16_666_667)
    static let lineDelay = Interval.milliseconds(10)
    static let serverDelay = Interval.milliseconds(5)
    private static let step = Interval.milliseconds(1)
    private static let patience = Interval.seconds(30)

    let live: LiveSession
    let surroundings: Surroundings
    private var frameAt: Instant
    private var frameCount: UInt32 = 0
    private var typedAt: Instant
    private var pixels = [UInt32](repeating: 0xFF00_0000, count: LiveSession.width * LiveSession.height)
    private var sleeper: Side?

    init(_ surroundings: Surroundings, seed: UInt64) throws {
        self.surroundings = surroundings
        let sides = surroundings.sides
        live = try LiveSession(
            seed: seed, host: sides.host, viewer: sides.viewer, access: .code, serverDelay: Self.serverDelay)
        frameAt = live.simulator.now
        typedAt = frameAt
    }

    static let directRoundTrip = lineDelay * 4
    static let relayedRoundTrip = directRoundTrip + serverDelay * 4

    /// From peer to peer and back, over the path that this session takes.
    var roundTrip: Interval { surroundings == .home ? Self.directRoundTrip : Self.relayedRoundTrip }

    func begin() -> Bool {
        run(for: .seconds(5))
        return live.isConnected(relayed: surroundings != .home)
    }

    func run(for interval: Interval) {
        let end = live.simulator.now + interval
        while live.simulator.now < end { advance(by: min(Self.frame / 4, end - live.simulator.now)) }
    }

    private func advance(by interval: Interval) {
        live.run(for: interval)
        let now = live.simulator.now
        if now >= frameAt, sleeper != .host {
            frameAt = now + Self.frame
            frameCount += 1
            for index in 0..<16 { pixels[index] = 0xFF00_0000 | frameCount }
            live.show(pixels)
        }
        // A session keeps more than that, but not everything that can be typed in minutes without a path.
        if now >= typedAt, sleeper != .viewer, live.typed.count - live.received.count < 1_000 {
            typedAt = now + Self.frame
            live.type(.key(keysym: frameCount, isPressed: true))
        }
    }

    /// Interrupts, lets the time pass, and tells how long it then took.
    func undergo(_ interruption: Interruption, of side: Side) -> Return {
        begin(interruption, of: side)
        if case .cable(let seconds, _) = interruption { run(for: .seconds(seconds)) }
        if case .sleep(let seconds, _) = interruption { run(for: .seconds(seconds)) }
        end(interruption, of: side)
        return measure()
    }

    /// The longest time without content that a change of addresses costs, beyond a frame's, within three seconds.
    func stall(by interruption: Interruption, of side: Side) -> Interval {
        live.host.forgetStalls()
        live.viewer.forgetStalls()
        begin(interruption, of: side)
        run(for: .seconds(3))
        let now = live.simulator.now
        let longest = max(live.viewer.pictures.longest(until: now), live.host.inputs.longest(until: now))
        return longest - Self.frame
    }

    private func measure() -> Return {
        let start = live.simulator.now
        let (pictures, inputs) = (live.viewer.pictures.count, live.host.inputs.count)
        var result = Return()
        while live.simulator.now - start < Self.patience, result.screen == nil || result.input == nil {
            advance(by: Self.step)
            if result.screen == nil, live.viewer.pictures.count > pictures {
                result.screen = live.simulator.now - start
            }
            if result.input == nil, live.host.inputs.count > inputs { result.input = live.simulator.now - start }
        }
        return result
    }

    private func machine(_ side: Side) -> HostIdentifier { side == .host ? live.hostHost : live.viewerHost }

    private func line(_ side: Side) -> AttachmentIdentifier {
        live.simulator.network.attachments(of: machine(side))[0]
    }

    private func inflict(_ fault: Fault) { live.simulator.network.schedule(fault, at: live.simulator.now) }

    private func loseSignaling(_ side: Side) {
        live.offline.insert(machine(side))
        if let pipe = side == .host ? live.host.pipe : live.viewer.pipe { inflict(.pipeCut(pipe)) }
    }

    private func begin(_ interruption: Interruption, of side: Side) {
        let now = live.simulator.now
        switch interruption {
        case .cable:
            loseSignaling(side)
            inflict(.linkDown(line(side)))
        case .sleep:
            loseSignaling(side)
            sleeper = side
            switch side {
            case .host: live.host.clock.sleep(at: now)
            case .viewer: live.viewer.clock.sleep(at: now)
            }
        case .rebinding: inflict(.gatewayReboot(live.gateways[side == .host ? 0 : 1]))
        case .outerAddress:
            inflict(.gatewayAddressChange(live.gateways[side == .host ? 0 : 1], to: .v4(0x1700_0109)))
        case .address: inflict(.addressChange(line(side), to: [.v4(0xC0A8_0107)]))
        }
    }

    private func end(_ interruption: Interruption, of side: Side) {
        live.offline.remove(machine(side))
        let now = live.simulator.now
        switch interruption {
        case .cable(_, let isTold):
            inflict(.linkUp(line(side)))
            guard isTold else { return }
            switch side {
            case .host: live.actAsHost { $0.networkChanged(at: $1) }
            case .viewer: live.actAsViewer { $0.networkChanged(at: $1) }
            }
        case .sleep(_, let clockRuns):
            sleeper = nil
            // Whoever wakes up serves what is due.
            switch side {
            case .host:
                live.host.wake(at: now, hasRunOn: clockRuns)
                live.actAsHost { $0.advance(to: $1) }
            case .viewer:
                live.viewer.wake(at: now, hasRunOn: clockRuns)
                live.actAsViewer { $0.advance(to: $1) }
            }
        case .rebinding, .outerAddress, .address: break
        }
    }
}
