import ICE
import NetworkSimulator
import PeerSession
import WireFormat
import rdbench

/// A session in which the path in use dies again and again, while the screen changes and the viewer types with every
/// frame.
///
/// Three paths join the peers: IPv6 straight, IPv4 straight through two home routers, and the relay. A death is a broken
/// route in the internet's core, in both directions or in one, between the peers or between one of them and the
/// relay; the path in use dies only when another one is there, and dead ones come back in between.
final class PathDeathSession {
    enum Route: Int, CaseIterable {
        case directIPv6, directIPv4, relayed

        static func all(_ pairs: [CandidatePair]) -> [Route] { pairs.map(Route.init) }

        init(_ pair: CandidatePair) {
            self = pair.isRelayed ? .relayed : pair.remote.address.ip.isIPv4 ? .directIPv4 : .directIPv6
        }
    }

    /// One death, as the two users saw it.
    struct Death {
        let died: Route
        let tookOver: Route
        /// The longest time between two pictures at the viewer, and between two events at the host, beyond a frame's.
        let screenStall: Interval
        let inputStall: Interval
        /// Half the round trip of the path that died and half that of the path that took over: the time from the first
        /// packet lost until its missing answer tells the sender, and from there to the other end.
        let roundTrip: Interval
        /// Packets of the one who was missed that the lines have lost by chance, from a round trip before the stall until
        /// it ended.
        let lost: (screen: Int, input: Int)
        /// How long it took until both ends had chosen a path that works.
        let agreement: Interval?
        let text: String
    }

    /// A path that has died again and again is on probation for up to 32 seconds.
    private static let patience = Interval.seconds(60)
    private static let settling = Interval.milliseconds(300)

    /// 60 frames a second.
    static let frame = Interval.nanoseconds(16_666_667)
    private static let hostRoutes: [IPAddress] = [.v6(high: 0x2A00_0000_0001_0000, low: 2), .v4(0x1700_0001)]
    private static let viewerRoutes: [IPAddress] = [.v6(high: 0x2A00_0000_0002_0000, low: 2), .v4(0x1700_0002)]

    /// What both ends have counted.
    var figures: [SessionFigures] {
        [live.host.peer.session?.figures, live.viewer.peer.session.figures].compactMap { $0 }
    }

    let live: LiveSession
    let seed: UInt64
    private(set) var deaths: [Death] = []
    private(set) var description: String
    private var random: SeededRandom
    private let directTrip: Interval
    private let relayedTrip: Interval
    private let noisyTiles: Int
    /// What chance has taken so far, frame by frame since the last death.
    private struct Losses {
        let at: Instant
        let host: Int
        let viewer: Int
    }

    private var losses: [Losses] = []
    private var frameCount: UInt32 = 0
    private var frameAt: Instant
    private var broken: [Route: [(IPAddress, IPAddress)]] = [:]
    private var pixels = [UInt32](repeating: 0xFF00_0000, count: LiveSession.width * LiveSession.height)

    init(seed: UInt64, loss: Double) throws {
        self.seed = seed
        var random = SeededRandom(seed: (seed, 0xDEAD, 0, 0))
        let delays = (0..<3).map { _ in Interval.microseconds(Int64.random(in: 1_250...25_000, using: &random)) }
        directTrip = (delays[0] + delays[1]) * 2
        relayedTrip = directTrip + delays[2] * 4
        noisyTiles = Int.random(in: 0...6, using: &random)
        description =
            "seed \(seed): direct \(directTrip.rounded) ms, relayed \(relayedTrip.rounded) ms, \(noisyTiles) noisy tiles, loss \(loss)"
        live = try LiveSession(
            seed: seed, host: Self.side(delays[0], loss), viewer: Self.side(delays[1], loss),
            serverDelay: delays[2])
        frameAt = live.simulator.now
        self.random = random
    }

    private static func side(_ delay: Interval, _ loss: Double) -> PopulationDraw {
        var draw = Fixture.side([.portRestricted], delay: delay)
        draw.side.hasIPv6 = true
        draw.link.up.loss = .bernoulli(loss)
        draw.link.down.loss = .bernoulli(loss)
        return draw
    }

    // MARK: The course of things

    /// Lets the session begin and settle.
    func begin() -> Bool { run(atMost: .seconds(8)) { $0.isReady } != nil && run(for: .seconds(2)) }

    /// Kills the path in use once; false if the session was not ready for it in time.
    func killPath() -> Bool {
        restoreSome()
        guard run(atMost: Self.patience, until: { $0.isReady }) != nil else { return false }
        run(for: .milliseconds(Int64.random(in: 0...200, using: &random)))
        guard run(atMost: Self.patience, until: { $0.isReady && $0.isSettled }) != nil, let pair = live.hostPair else {
            return false
        }
        let route = Route(pair)
        let how = breakRoute(route)
        let start = live.simulator.now
        live.host.forgetStalls()
        live.viewer.forgetStalls()
        let agreement = run(atMost: .milliseconds(1_500)) { $0.isAgreed }
        run(for: .milliseconds(500))
        let screen = live.viewer.pictures.longest(until: live.simulator.now) - Self.frame
        let input = live.host.inputs.longest(until: live.simulator.now) - Self.frame
        let now = live.hostPair.map(Route.init) ?? route
        let text =
            "\(description), death \(deaths.count) of \(route) \(how), then \(now); \(course(since: start))"
        deaths.append(
            Death(
                died: route, tookOver: now, screenStall: screen, inputStall: input,
                roundTrip: (trip(route) + trip(now)) / 2, lost: chanceLosses, agreement: agreement, text: text))
        return true
    }

    private var chanceLosses: (screen: Int, input: Int) {
        func count(_ stall: Continuity, _ lost: (Losses) -> Int) -> Int {
            guard let end = stall.longestEnd, let last = losses.first(where: { $0.at >= end }) else { return 0 }
            // Whatever should have come in the stall left at most a round trip before it.
            let start = end - stall.longest - relayedTrip
            return lost(last) - lost(losses.last { $0.at <= start } ?? losses[0])
        }
        return (count(live.viewer.pictures, \.host), count(live.host.inputs, \.viewer))
    }

    private func noteLosses() {
        let host = live.simulator.network.counters(of: live.hostHost)[.loss]
        let viewer = live.simulator.network.counters(of: live.viewerHost)[.loss]
        losses.append(Losses(at: live.simulator.now, host: host, viewer: viewer))
    }

    /// What both ends said since then, and when what was missed came back, in milliseconds.
    private func course(since start: Instant) -> String {
        func text(_ entries: [(event: PeerEvent, instant: Instant)]) -> String {
            entries.filter { $0.instant >= start }.compactMap { entry -> String? in
                let at = (entry.instant - start).rounded
                return switch entry.event {
                case .session(.pathChanged(let pair)): "\(at) to \(Route(pair)) \(pair.identifier.number)"
                case .session(.pathLost): "\(at) lost"
                case .session(.ended(let end)): "\(at) \(end)"
                default: nil
                }
            }.joined(separator: ", ")
        }
        let screen = live.viewer.pictures.longestEnd.map { "\(($0 - start).rounded)" } ?? "never"
        let input = live.host.inputs.longestEnd.map { "\(($0 - start).rounded)" } ?? "never"
        return
            "host: \(text(live.host.events)); viewer: \(text(live.viewer.events)); screen back at \(screen), input at \(input)"
    }

    /// For the messages of failed tests.
    var pairsText: String {
        "alive: \(Route.allCases.filter(isAlive)); host \(live.host.peer.session?.pairsText ?? ""); viewer "
            + live.viewer.peer.session.pairsText
    }

    private func trip(_ route: Route) -> Interval { route == .relayed ? relayedTrip : directTrip }

    /// Runs on while the screen changes and the viewer types.
    @discardableResult
    func run(for interval: Interval) -> Bool { run(atMost: interval) { _ in false } == nil }

    private func run(atMost interval: Interval, until isDone: (PathDeathSession) -> Bool) -> Interval? {
        let start = live.simulator.now
        while live.simulator.now - start < interval {
            if isDone(self) { return live.simulator.now - start }
            frameAt = max(frameAt + Self.frame, live.simulator.now)
            // Between two frames the viewer types.
            live.runWithoutSignaling(until: frameAt - Self.frame / 2)
            live.type(.key(keysym: frameCount, isPressed: true))
            live.runWithoutSignaling(until: frameAt)
            noteLosses()
            showFrame()
        }
        return nil
    }

    private func showFrame() {
        frameCount += 1
        for row in 0..<16 {
            for column in 0..<16 { pixels[row * LiveSession.width + column] = 0xFF00_0000 | frameCount }
        }
        for tile in 0..<noisyTiles {
            for row in 32..<48 {
                for column in tile * 16..<tile * 16 + 16 {
                    pixels[row * LiveSession.width + column] = 0xFF00_0000 | UInt32(random.next() & 0xFF_FFFF)
                }
            }
        }
        live.show(pixels)
    }

    /// Takes from one end the address that it uses, and after a while gives it another of that family.
    func replaceAddress(ofHost isHost: Bool) -> Death? {
        guard run(atMost: .seconds(20), until: { $0.isReady }) != nil,
            let pair = isHost ? live.hostPair : live.viewerPair
        else { return nil }
        let route = Route(pair)
        let host = isHost ? live.hostHost : live.viewerHost
        let line = live.simulator.network.attachments(of: host)[0]
        let isIPv4 = pair.path.local.ip.isIPv4
        let kept = live.simulator.network.addresses(of: host).filter { $0.isIPv4 != isIPv4 }
        live.host.forgetStalls()
        live.viewer.forgetStalls()
        live.simulator.network.schedule(.addressChange(line, to: kept), at: live.simulator.now)
        let agreement = run(atMost: .milliseconds(1_500)) { $0.isAgreed && $0.live.hostPair.map(Route.init) != route }
        run(for: .milliseconds(500))
        let screen = live.viewer.pictures.longest(until: live.simulator.now) - Self.frame
        let input = live.host.inputs.longest(until: live.simulator.now) - Self.frame
        let now = live.hostPair.map(Route.init) ?? route
        let fresh: IPAddress =
            isIPv4 ? .v4(0xC0A8_0103) : .v6(high: 0x2A00_0000_0000_0000 | (isHost ? 1 : 2) << 16, low: 3)
        live.simulator.network.schedule(.addressChange(line, to: kept + [fresh]), at: live.simulator.now)
        return Death(
            died: route, tookOver: now, screenStall: screen, inputStall: input,
            roundTrip: (trip(route) + trip(now)) / 2, lost: (0, 0), agreement: agreement,
            text: "\(description), \(isHost ? "host" : "viewer") loses \(pair.path.local.ip), \(route), then \(now)")
    }

    /// Whether both ends have a path of this kind, in use or spare.
    func hasPath(_ route: Route) -> Bool {
        guard let host = live.host.peer.session else { return false }
        return Route.all(host.validPairs).contains(route)
            && Route.all(live.viewer.peer.session.validPairs).contains(route)
    }

    // MARK: What is alive

    /// Both ends use one path that works, and have another one that works and has answered each of them; both are over
    /// UDP.
    private var isReady: Bool {
        guard isAgreed, let pair = live.viewerPair, pair.path.transport == .udp,
            let host = live.host.peer.session?.trustedSpares
        else { return false }
        let used = Route(pair)
        return [host, live.viewer.peer.session.trustedSpares].allSatisfy { spares in
            spares.contains { Route($0) != used && isAlive(Route($0)) && $0.path.transport == .udp }
        }
    }

    /// Neither end has moved of late: a path in use is one that its users have measured.
    private var isSettled: Bool {
        let limit = live.simulator.now - Self.settling
        return [live.host.events, live.viewer.events].allSatisfy { events in
            !events.reversed().prefix(while: { $0.instant >= limit }).contains { entry in
                if case .session(.pathChanged) = entry.event { true } else { false }
            }
        }
    }

    var isAgreed: Bool {
        guard let host = live.hostPair, let viewer = live.viewerPair else { return false }
        return Route(host) == Route(viewer) && host.path.transport == viewer.path.transport && isAlive(Route(host))
    }

    private func isAlive(_ route: Route) -> Bool { broken[route] == nil }

    private func breakRoute(_ route: Route) -> String {
        let server = LiveSession.serverAddress
        let ends: (IPAddress, IPAddress) =
            switch route {
            case .directIPv6: (Self.hostRoutes[0], Self.viewerRoutes[0])
            case .directIPv4: (Self.hostRoutes[1], Self.viewerRoutes[1])
            case .relayed: (Bool.random(using: &random) ? Self.hostRoutes[1] : Self.viewerRoutes[1], server)
            }
        let choice = random.next() % 4
        var directions: [(IPAddress, IPAddress)] = []
        if choice != 1 { directions.append(ends) }
        if choice != 2 { directions.append((ends.1, ends.0)) }
        broken[route] = directions
        for (source, destination) in directions {
            live.simulator.network.schedule(.routeDown(from: source, to: destination), at: live.simulator.now)
        }
        return directions.map { "\($0.0) to \($0.1)" }.joined(separator: " and ")
    }

    /// Two dead paths of three: one must come back, or the next death would be the session's. One: it may.
    private func restoreSome() {
        guard let route = Route.allCases.filter({ !isAlive($0) }).randomElement(using: &random) else { return }
        if broken.count > 1 || Bool.random(using: &random) { restore(route) }
    }

    func restoreAll() { for route in Route.allCases { restore(route) } }

    private func restore(_ route: Route) {
        for (source, destination) in broken.removeValue(forKey: route) ?? [] {
            live.simulator.network.schedule(.routeUp(from: source, to: destination), at: live.simulator.now)
        }
    }
}

extension Interval {
    /// Milliseconds with one decimal.
    var rounded: Double { (milliseconds * 10).rounded() / 10 }
}
