public import WireFormat

/// Runs endpoints, unchanged, on a simulated network in virtual time.
///
/// Users with several kinds of machines pass an enum of them as `Endpoint`; nothing on the data path is an existential.
///
///     var simulator = Simulator<Party>(seed: 7)
///     let home = simulator.network.addGateway(.nat(.portRestricted), externalAddresses: [.v4(0x0505_0505)])
///     let peer = simulator.addHost(.peer(machine), [AttachmentPlan(network: home.network, addresses: [.v4(0xC0A8_0102)])])
///     simulator.run(until: .zero + .seconds(5))
public struct Simulator<Endpoint: SimulatedEndpoint>: ~Copyable {
    /// The network under the endpoints: build topologies, plan faults and read counters here.
    public var network: SimulatedNetwork

    @usableFromInline
    var endpoints: [Endpoint] = []

    /// Packets that one call may bring forth before the simulator goes on: an endpoint that always has one more
    /// is a bug that should not hang a run.
    @usableFromInline
    static var packetsPerDrain: Int { 4_096 }

    @inlinable
    public init(seed: UInt64) { network = SimulatedNetwork(seed: seed) }

    /// Virtual time.
    @inlinable
    public var now: Instant { network.now }

    /// Adds a host that runs an endpoint. What the endpoint already wants to send goes out at once.
    @inlinable
    public mutating func addHost(_ endpoint: Endpoint, _ attachments: [AttachmentPlan]) -> HostIdentifier {
        let host = network.addHost(attachments)
        endpoints.append(endpoint)
        drain(host.index)
        return host
    }

    /// An endpoint's state. To change it use `update`, which lets it send.
    @inlinable
    public subscript(host: HostIdentifier) -> Endpoint { endpoints[host.index] }

    /// Lets the caller act on an endpoint at the present time, then takes what it sends.
    @inlinable
    public mutating func update<Result>(
        _ host: HostIdentifier, _ body: (inout Endpoint, _ now: Instant) -> Result
    ) -> Result {
        let result = body(&endpoints[host.index], network.now)
        drain(host.index)
        return result
    }

    /// Runs until `limit`, events at `limit` included.
    @inlinable
    public mutating func run(until limit: Instant) {
        while step(before: limit) {}
    }

    /// Runs until `isDone` says so of the host that was just served, or until `limit`; returns whether it was done.
    @inlinable
    public mutating func run(until limit: Instant, or isDone: (Endpoint, HostIdentifier) -> Bool) -> Bool {
        while let host = serveNext(before: limit) {
            if isDone(endpoints[host], HostIdentifier(index: host)) { return true }
        }
        return false
    }

    /// Handles the next event that concerns an endpoint, at `limit` at the latest; false if there is none: then it is `limit`.
    @inlinable
    public mutating func step(before limit: Instant) -> Bool { serveNext(before: limit) != nil }

    @inlinable
    mutating func serveNext(before limit: Instant) -> Int? {
        guard let occurrence = network.next(before: limit) else { return nil }
        let now = network.now
        let host: Int
        switch occurrence {
        case .packet(let receiver, let slot):
            host = receiver
            let path = network.path(of: slot)
            let ecn = network.ecn(of: slot)
            network.withBytes(of: slot) { endpoints[receiver].receive($0, on: path, ecn: ecn, at: now) }
            network.release(slot)
        case .timer(let owner):
            host = owner
            if let deadline = endpoints[host].nextDeadline, deadline <= now { endpoints[host].advance(to: now) }
        case .message(let receiver, let message):
            host = receiver
            endpoints[host].receiveMessage(message.bytes.span, from: message.pipe, at: now)
        case .pipeChange(let end, let pipe, let isOpen):
            host = end
            endpoints[host].pipeChanged(pipe, isOpen: isOpen, at: now)
        case .addressChange(let owner):
            host = owner
            endpoints[host].addressesChanged(network.addresses(of: HostIdentifier(index: host)), at: now)
        case .streamFailure(let owner, let path):
            host = owner
            endpoints[host].streamFailed(on: path, at: now)
        case .streamOpening(let owner, let path):
            host = owner
            endpoints[host].streamOpened(on: path, at: now)
        }
        drain(host)
        return host
    }

    /// Takes all that an endpoint wants to send, and its next deadline.
    @inlinable
    mutating func drain(_ host: Int) {
        let now = network.now
        for _ in 0..<Self.packetsPerDrain {
            let isMore = network.send(from: host) { packet, ecn in
                let path = endpoints[host].pollTransmit(into: &packet, at: now)
                if path != nil { ecn = endpoints[host].transmittedECN }
                return path
            }
            if !isMore { break }
        }
        for _ in 0..<Self.packetsPerDrain {
            guard let message = endpoints[host].pollMessage(at: now) else { break }
            network.send(message, from: host)
        }
        network.setTimer(endpoints[host].nextDeadline, of: host)
    }
}
