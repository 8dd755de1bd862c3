import STUN
import WireFormat

/// A TURN server (RFC 8656), which is a STUN server too, over UDP and streams.
///
/// The driver hands it every datagram of its listening sockets and of the relay sockets, and over a stream frame by
/// frame (cut out with `StreamDeframer.frameSize`), with the path it came on. `Path.local` tells the sockets apart:
/// relay sockets have ports in `Configuration.relayPorts`, listening ones never do.
///
///     switch try server.receive(datagram, on: path, at: now) {
///     case .forward(let forward): forward.write(datagram, into: &packet) // and send it on `forward.path`
///     case .consumed: break
///     }
///     while let path = server.pollTransmit(into: &packet, at: now) { ... }
///     while let event = server.pollEvent() { ... }   // openRelay: bind a UDP socket, then relayOpened(...)
///
/// With `RelayOpening.implicit` there is no asking for sockets: a simulator delivers whatever comes for the relay
/// address. The data path (`forward`) allocates nothing and looks once into a table for a packet from a client, never
/// for one from a peer. A payload from one allocation to another of this server goes straight to the other's client;
/// the relay's own address is no peer otherwise.
///
/// Nothing is kept for a request before it is authenticated: nonces are recomputed, answers wait until the next
/// poll only. Credentials are time-limited (`SharedSecret`): their time is checked when an allocation is made;
/// afterwards it may be refreshed by the same user.
///
/// Deviations from the RFCs: over UDP an answer to an unauthenticated request is never longer than the request
/// (`ShortRequests`). Drivers send every relayed datagram with DF set, so DONT-FRAGMENT changes nothing: what does not
/// fit is lost rather than cut, whoever sends it. A moved allocation (RFC 8016) leaves its old five-tuple at once
/// instead of hearing both for a while. An allocation's transport towards peers is UDP alone.
public struct Server: Sendable {
    /// The most answers that wait for a poll; a driver polls after every batch.
    static let replyLimit = 4_096
    /// The longest user name: ours have about 40 bytes, and each allocation keeps its own.
    static let usernameLimit = 128
    /// How many ports are tried before an Allocate is refused.
    static let portAttempts = 4
    /// How long the driver may take to open a port.
    static let openingTimeout = Interval.seconds(5)

    public let configuration: Configuration
    public internal(set) var statistics = Statistics()

    var clients: ClientTable
    var relayPorts: RelayPorts
    var allocations: [Allocation?] = []
    var freeSlots: [Int] = []
    var generation: UInt32 = 0
    /// Of this server alone; a team's are in its ledger.
    var ownCounts = AllocationCounts()
    var sourceRates: SourceRates
    var reservations = Reservations()
    var expiries = ExpiryHeap()
    var replies = Queue<Reply>()
    var events = Queue<Event>()
    let secret: SharedSecret
    let realm: [UInt8]
    let nonces: NonceMint
    let policy: PeerAddressPolicy
    var random: SeededRandom

    /// - Parameter random: unpredictable in a real server: the nonces' key and the ports come from it.
    public init(configuration: Configuration, random: SeededRandom) {
        self.configuration = configuration
        self.random = random
        let ports = configuration.relayPorts
        relayPorts = RelayPorts(range: configuration.team?.ports(of: ports) ?? ports)
        secret = SharedSecret(configuration.secret)
        realm = [UInt8](configuration.realm.utf8)
        sourceRates = SourceRates(random: &self.random)
        clients = ClientTable(key: sourceRates.key)
        let features: SecurityFeatures = configuration.passwordAlgorithms.isEmpty ? [] : .passwordAlgorithms
        let ownKey = self.random.bytes(count: 32)
        nonces = NonceMint(
            key: configuration.team?.nonceKey ?? ownKey, lifetime: configuration.nonceLifetime, features: features)
        var policy = configuration.policy
        for relay in configuration.relays { policy.ownAddresses += [relay.bound, relay.advertised] }
        self.policy = policy
    }

    /// How many allocations there are, those included whose port is being opened.
    public var allocationCount: Int { clients.count }

    /// For tests of limits: how many entries the list of deadlines has.
    package var expiryCount: Int { expiries.count }

    /// What is known of an allocation; nil if there is none any more.
    public func record(of identifier: AllocationIdentifier) -> AllocationRecord? {
        slot(of: identifier).flatMap { allocations[$0]?.record }
    }

    /// What is known of all live allocations, in no order that means anything.
    public var records: [AllocationRecord] {
        allocations.compactMap { $0.flatMap { $0.isLive ? $0.record : nil } }
    }

    /// What all live allocations have carried so far.
    public var liveTraffic: Traffic {
        allocations.reduce(into: Traffic()) { sum, allocation in
            if let allocation, allocation.isLive { sum.add(allocation.traffic) }
        }
    }

    public var nextDeadline: Instant? {
        guard let reservation = reservations.nextDeadline else { return expiries.next }
        return expiries.next.map { min($0, reservation) } ?? reservation
    }

    public mutating func advance(to now: Instant) {
        while let reservation = reservations.popDue(at: now) { giveUp(reservation) }
        while let identifier = expiries.popDue(at: now) {
            guard let slot = slot(of: identifier), let allocation = allocations[slot] else { continue }
            if allocation.expiresAt > now {
                expiries.insert(identifier, at: allocation.expiresAt)
            } else if allocation.isLive {
                end(slot, .expired)
            } else {
                refuseOpening(slot)
            }
        }
    }

    public mutating func pollEvent() -> Event? { events.popFirst() }

    /// A client's connection closed: its allocation goes with it (RFC 8656 section 3.1), unless the client has a ticket
    /// to come back with.
    public mutating func connectionClosed(_ path: Path) {
        guard let slot = slot(ofClient: path) else { return }
        if allocations[slot]?.mobility == nil { end(slot, .connectionClosed) }
    }

    func slot(of identifier: AllocationIdentifier) -> Int? {
        let slot = identifier.slot
        guard allocations.indices.contains(slot), allocations[slot]?.identifier == identifier else { return nil }
        return slot
    }

    mutating func end(_ slot: Int, _ reason: AllocationEnd) {
        guard let allocation = remove(slot), allocation.isLive else { return }
        statistics.allocationsEnded &+= 1
        events.append(.allocationEnded(allocation.record, reason))
    }

    /// Takes an allocation out of every table.
    @discardableResult
    mutating func remove(_ slot: Int) -> Allocation? {
        guard let allocation = allocations[slot] else { return nil }
        allocations[slot] = nil
        freeSlots.append(slot)
        clients.remove(allocation.client, slot: slot)
        relayPorts.release(allocation.relay.bound.port)
        let (user, source) = (allocation.credentials.user, SourceNetwork(allocation.client.remote.ip))
        count { $0.remove(user, source) }
        if allocation.isLive { noteRelays(of: allocation, areOpen: false) }
        if configuration.relayOpening == .asked {
            events.append(.closeRelay(allocation.identifier, allocation.relay.bound))
            if let additional = allocation.additional {
                events.append(.closeRelay(allocation.identifier, additional.bound))
            }
        }
        return allocation
    }
}
