import NetworkSimulator
import WireFormat

/// Someone on the path who sees every datagram and sends what he likes, from whatever address he likes: noise,
/// replays, real datagrams with something changed.
package final class Attacker {
    private struct Sighting {
        let bytes: [UInt8]
        let path: Path
    }

    /// Datagrams seen, by the party that they came to.
    private var sightings: [[Sighting]] = [[], [], []]
    private var random: SeededRandom
    package private(set) var sentCount = 0
    private static let memory = 400

    package init(seed: UInt64) { random = SeededRandom(seed: seed) }

    /// Notes a datagram that reached a party, numbered 0 for the server, 1 for the host, 2 for the viewer.
    package func see(_ bytes: Span<UInt8>, _ passage: Passage, at party: Int) {
        guard case .datagramIn(let path) = passage else { return }
        let sighting = Sighting(bytes: bytes.copied(), path: path)
        if sightings[party].count < Self.memory {
            sightings[party].append(sighting)
        } else {
            sightings[party][Int.random(in: 0..<Self.memory, using: &random)] = sighting
        }
    }

    /// The next attack on a party; nil while nothing is known of it.
    package func attack(_ party: Int) -> (bytes: [UInt8], path: Path)? {
        guard let target = sightings[party].randomElement(using: &random),
            let content = sightings[Int.random(in: 0..<3, using: &random)].randomElement(using: &random) ?? target
                as Sighting?
        else { return nil }
        sentCount += 1
        var path = target.path
        if random.next() % 3 == 0 {
            path.remote = TransportAddress(
                ip: .v4(0x0808_0000 | UInt32(random.next() % 65_536)), port: UInt16(1 + random.next() % 65_535))
        }
        switch random.next() % 5 {
        case 0: return (random.bytes(count: Int.random(in: 0...1_500, using: &random)), path)
        case 1: return (target.bytes, path)
        case 2: return (content.bytes, path)
        default: return (mutated(random.next() % 2 == 0 ? target.bytes : content.bytes), path)
        }
    }

    /// The next replay to a party: a datagram that came to it or to another one, in this session or in another one
    /// between the same two.
    package func replay(_ party: Int) -> (bytes: [UInt8], path: Path)? {
        guard let target = sightings[party].randomElement(using: &random) else { return nil }
        sentCount += 1
        let other = sightings[Int.random(in: 0..<3, using: &random)].randomElement(using: &random)
        let foreign = Self.foreign.randomElement(using: &random)
        switch random.next() % 4 {
        case 0: return (other?.bytes ?? target.bytes, target.path)
        case 1: return (foreign ?? target.bytes, target.path)
        default: return (target.bytes, target.path)
        }
    }

    /// What reached both peers of a session that was before all others.
    private static let foreign: [[UInt8]] = {
        let collector = Attacker(seed: 0)
        guard let live = try? LiveSession(seed: 0, host: .open, viewer: .open) else { return [] }
        for party in [live.hostHost, live.viewerHost] {
            live.simulator.network.watch(party) { bytes, passage, _ in collector.see(bytes, passage, at: 1) }
        }
        for _ in 0..<50 {
            live.run(for: .milliseconds(40))
            live.draw(atMost: 24)
        }
        return collector.sightings[1].map(\.bytes)
    }()

    private func mutated(_ bytes: [UInt8]) -> [UInt8] {
        var copy = bytes
        guard !copy.isEmpty else { return [0x80] }
        switch random.next() % 4 {
        case 0: copy.removeLast(Int.random(in: 1...copy.count, using: &random))
        case 1: copy += random.bytes(count: Int.random(in: 1...40, using: &random))
        case 2: copy[Int.random(in: 0..<copy.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
        default:
            for _ in 0..<4 {
                copy[Int.random(in: 0..<copy.count, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            }
        }
        return Array(copy.prefix(1_500))
    }
}

extension PopulationDraw {
    /// A machine without a NAT, on a line without faults.
    fileprivate static let open = PopulationDraw(
        place: "open", side: NetworkSide(), link: AccessLink(delay: .milliseconds(10)))
}
