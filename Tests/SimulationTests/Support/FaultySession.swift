import NetworkSimulator
import PeerSession
import WireFormat

/// A drawn session to which things happen, all of them derived from a seed: bad lines, rebooting NATs, pulled cables,
/// a server that dies and is replaced; while the screen changes and the viewer types.
final class FaultySession {
    private enum Trouble { case reboot, cable, server, quiet }

    static let duration = Interval.seconds(24)
    private static let step = Interval.milliseconds(200)

    var live: LiveSession
    let seed: UInt64
    /// What was planned, for the message of a test that fails.
    private(set) var plan: [String] = []
    private var random: SeededRandom
    private let lines: [AttachmentIdentifier]
    private let wasClean: [AccessLink]

    init(seed: UInt64) throws {
        self.seed = seed
        random = SeededRandom(seed: (seed, 0xFA17, 0, 0))
        var sides = Fixture.pair(Int(seed), seed: 5)
        // Slow enough to matter, but a line that carries nothing tests nothing.
        wasClean = [AccessLink(delay: sides.host.link.up.delay), AccessLink(delay: sides.viewer.link.up.delay)]
        sides.host.link = Self.bad(sides.host.link, &random)
        sides.viewer.link = Self.bad(sides.viewer.link, &random)
        plan.append("\(sides.host.place) and \(sides.viewer.place)")
        plan.append("host \(Self.text(sides.host.link)), viewer \(Self.text(sides.viewer.link))")
        // Without TCP between the peers: a simulated connection that a fault breaks may be open for one end still, and a
        // farewell that is said over it, once, is then lost.
        var configuration = SessionConfiguration()
        configuration.tcpUse.isEnabled = false
        live = try LiveSession(
            seed: seed, host: sides.host, viewer: sides.viewer, access: seed % 2 == 0 ? .code : .pinnedKeys,
            configuration: configuration)
        lines =
            live.simulator.network.attachments(of: live.hostHost)
            + live.simulator.network.attachments(of: live.viewerHost)
    }

    private static func bad(_ link: AccessLink, _ random: inout SeededRandom) -> AccessLink {
        AccessLink(up: bad(link.up, &random), down: bad(link.down, &random))
    }

    private static func bad(_ conditions: LinkConditions, _ random: inout SeededRandom) -> LinkConditions {
        var result = conditions
        result.loss = .bernoulli(Double.random(in: 0...0.2, using: &random))
        result.duplication = Double.random(in: 0...0.05, using: &random)
        result.reordering = Double.random(in: 0...0.1, using: &random)
        result.reorderingDelay = .milliseconds(Int64.random(in: 1...40, using: &random))
        result.corruption = Double.random(in: 0...0.03, using: &random)
        return result
    }

    private static func text(_ link: AccessLink) -> String { "\(link.up.loss) up, \(link.down.loss) down" }

    /// Plays the whole plan, up to the instant from which nothing more goes wrong.
    func play() throws {
        schedule()
        var serverReturn: Instant?
        let end = live.simulator.now + Self.duration
        while live.simulator.now < end {
            live.run(for: Self.step)
            live.draw()
            live.type(.key(keysym: UInt32(live.typed.count), isPressed: true))
            if let returns = serverReturn, live.simulator.now >= returns {
                live.replaceServer()
                serverReturn = nil
            } else if let dies = serverDeath, live.simulator.now >= dies {
                live.killServer()
                serverDeath = nil
                serverReturn = min(end, live.simulator.now + .milliseconds(Int64(random.next() % 10_000)))
            }
        }
        if !live.isServerUp { live.replaceServer() }
        heal()
    }

    private var serverDeath: Instant?

    private func schedule() {
        let start = live.simulator.now
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            let at = start + .milliseconds(Int64.random(in: 0...14_000, using: &random))
            switch random.next() % 4 {
            case 0 where !live.gateways.isEmpty:
                let gateway = live.gateways[Int.random(in: 0..<live.gateways.count, using: &random)]
                live.simulator.network.schedule(.gatewayReboot(gateway), at: at)
                plan.append("a gateway reboots at \(at)")
            case 1:
                let line = lines[Int.random(in: 0..<lines.count, using: &random)]
                let lasts = Interval.milliseconds(Int64.random(in: 10...20_000, using: &random))
                live.simulator.network.schedule(.linkDown(line), at: at)
                live.simulator.network.schedule(.linkUp(line), at: min(at + lasts, start + Self.duration))
                plan.append("a cable is out at \(at) for \(lasts)")
            case 2:
                serverDeath = at
                plan.append("the server dies at \(at)")
            default: plan.append("nothing at \(at)")
            }
        }
    }

    private func heal() {
        let now = live.simulator.now
        let outer = live.gateways.map { live.simulator.network.attachment(of: $0) }
        for line in lines + outer {
            live.simulator.network.schedule(.linkUp(line), at: now)
            live.simulator.network.schedule(.linkChange(line, to: wasClean[0]), at: now)
        }
    }
}
