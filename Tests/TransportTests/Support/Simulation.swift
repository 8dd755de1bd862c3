import Transport
import WireFormat

/// Two connections (or more, in pairs) over simulated links, in virtual time.
///
/// Peers 2n and 2n + 1 talk to each other. Links may be shared: `route` names the link that a peer sends on.
struct Simulation {
    var now = Instant.zero
    var peers: [Peer]
    var links: [LinkModel]
    var route: [Int]
    /// What a peer does at set times, such as typing; called with the peer's index.
    var agenda: [(at: Instant, peer: Int, action: (inout Peer, Instant) -> Void)] = []
    private(set) var traceHash: UInt64 = 0xCBF2_9CE4_8422_2325
    private(set) var complaints: [String] = []
    /// What a run may take: a machine that wakes without need would never end.
    var stepLimit = 1_000_000
    private var steps = 0
    private var flights = FlightQueue()
    private var random: SeededRandom

    init(
        seed: UInt64 = 1, configuration: Connection.Configuration = .init(), there: LinkModel, back: LinkModel? = nil
    ) {
        random = SeededRandom(seed: seed)
        links = [there, back ?? there]
        route = [0, 1]
        peers = (0..<2).map { _ in
            Peer(Connection(configuration: configuration, path: PathIdentifier(1), at: .zero))
        }
    }

    /// Adds another pair over the same links.
    mutating func addPair(_ configuration: Connection.Configuration = .init()) {
        for link in 0..<2 {
            peers.append(Peer(Connection(configuration: configuration, path: PathIdentifier(1), at: now)))
            route.append(link)
        }
    }

    mutating func at(_ instant: Instant, peer: Int = 0, _ action: @escaping (inout Peer, Instant) -> Void) {
        let index = agenda.firstIndex { $0.at > instant } ?? agenda.count
        agenda.insert((instant, peer, action), at: index)
    }

    /// Runs until nothing is left to happen or the time is reached.
    mutating func run(until end: Instant) {
        for index in peers.indices { settle(index) }
        while let next = nextInstant, next <= end {
            steps += 1
            guard steps < stepLimit else {
                complaints.append("more than \(stepLimit) steps by \(now)")
                return
            }
            now = max(now, next)
            step()
        }
        now = max(now, end)
    }

    private var nextInstant: Instant? {
        var next = flights.next
        func consider(_ candidate: Instant?) {
            if let candidate { next = min(next ?? candidate, candidate) }
        }
        consider(agenda.first?.at)
        for peer in peers { consider(peer.connection.nextDeadline) }
        return next
    }

    private mutating func step() {
        while let first = agenda.first, first.at <= now {
            agenda.removeFirst()
            first.action(&peers[first.peer], now)
            settle(first.peer)
        }
        while let arrival = flights.next, arrival <= now {
            let flight = flights.pop()
            deliver(flight)
            settle(flight.target)
        }
        for index in peers.indices {
            guard let deadline = peers[index].connection.nextDeadline, deadline <= now else { continue }
            peers[index].advance(to: now)
            settle(index)
        }
    }

    private mutating func deliver(_ flight: FlightQueue.Flight) {
        peers[flight.target].receive(flight.bytes, number: flight.number, ecn: flight.ecn, at: now)
    }

    /// Drains a peer's packets and events, as the contract asks after every call.
    private mutating func settle(_ index: Int) {
        var count = 0
        while true {
            peers[index].drainEvents()
            peers[index].write()
            guard transmit(index) else { break }
            count += 1
            if count > 20_000 {
                complaints.append("peer \(index) sends without end at \(now)")
                break
            }
        }
        peers[index].largestMemory = max(peers[index].largestMemory, peers[index].connection.memoryBytes)
        if let deadline = peers[index].connection.nextDeadline, deadline < now {
            complaints.append("peer \(index) has a deadline in the past at \(now)")
        }
    }

    private mutating func transmit(_ index: Int) -> Bool {
        guard let (number, bytes) = peers[index].transmit(at: now) else { return false }
        if let last = peers[index].lastNumber, number <= last { complaints.append("number \(number) was used again") }
        peers[index].lastNumber = number
        note(index, number, bytes)
        launch(index, number, bytes)
        return true
    }

    private mutating func launch(_ index: Int, _ number: UInt64, _ bytes: [UInt8]) {
        let link = route[index]
        let size = bytes.count + 32
        links[link].sentPackets += 1
        let isOut = links[link].outages.contains { $0.contains(now) }
        guard size <= links[link].largestPacket, !isOut, !chance(links[link].loss) else { return }
        let sent = peers[index].connection.transmittedECN
        let isMarked = sent != .notCapable && links[link].backlog(at: now) > links[link].markBytes
        guard let ecn = links[link].treatment.apply(to: isMarked ? .congestionExperienced : sent) else { return }
        guard let out = links[link].pass(size, at: now) else { return }
        links[link].deliveredBytes += size
        for _ in 0..<(chance(links[link].duplication) ? 2 : 1) {
            let jitter = links[link].jitter.nanoseconds
            let extra = jitter > 0 ? Int64.random(in: 0...jitter, using: &random) : 0
            flights.push(
                to: index ^ 1, number: number, bytes: chance(links[link].corruption) ? damaged(bytes) : bytes,
                ecn: ecn, arrival: out + links[link].delay + .nanoseconds(extra))
        }
    }

    private mutating func damaged(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
            let index = Int.random(in: 0..<min(bytes.count, 40), using: &random)
            bytes[index] = UInt8.random(in: 0...255, using: &random)
        }
        return bytes
    }

    private mutating func chance(_ probability: Double) -> Bool {
        probability > 0 && Double.random(in: 0..<1, using: &random) < probability
    }

    /// FNV-1a over every packet's time, sender, number and bytes.
    private mutating func note(_ index: Int, _ number: UInt64, _ bytes: [UInt8]) {
        func mix(_ value: UInt64) { traceHash = (traceHash ^ value) &* 0x100_0000_01B3 }
        mix(UInt64(bitPattern: now.nanoseconds))
        mix(UInt64(index))
        mix(number)
        for byte in bytes { mix(UInt64(byte)) }
    }
}
