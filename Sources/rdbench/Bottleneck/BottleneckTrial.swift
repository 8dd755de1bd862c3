import NetworkSimulator
import Transport
import WireFormat

/// One or two bulk streams over one bottleneck, in virtual time, with keys typed against the first.
package struct BottleneckTrial: Sendable {
    /// What a trial came to.
    package struct Figures: Sendable {
        /// The share of the line that was used while it counted.
        package var use: Double
        /// Milliseconds that packets waited before the line.
        package var waits: Distribution
        /// Milliseconds from a key to the change that it makes.
        package var keys: Distribution
        /// The bytes of the stream that got more over those of the other; nil for one stream.
        package var shareRatio: Double?
        package var traceHash: UInt64
    }

    /// The second stream begins so much after the first.
    private static let laterStart = Interval.seconds(2)
    private static let keyInterval = Interval.milliseconds(100)
    /// A stream without company counts when it has begun, two when they had some time with each other.
    private static let lead = (alone: Interval.seconds(2), together: Interval.seconds(8))

    package let bottleneck: Bottleneck
    package let algorithm: CongestionController.Algorithm
    package let flows: Int
    package let seed: UInt64

    package init(
        _ bottleneck: Bottleneck, _ algorithm: CongestionController.Algorithm, flows: Int, seed: UInt64
    ) {
        self.bottleneck = bottleneck
        self.algorithm = algorithm
        self.flows = flows
        self.seed = seed
    }

    package func run() -> Figures {
        var random = SeededRandom(seed: seed)
        var simulator = Simulator<FlowParty>(seed: random.next())
        let start = Instant.zero + (flows > 1 ? Self.lead.together : Self.lead.alone)
        let counted = start..<start + duration
        let gateway = simulator.network.addGateway(
            GatewayRules(), externalAddresses: [.v4(0x1700_0001)], link: bottleneck.link)
        let receivers = (0..<flows).map { flow in
            let near = TransportAddress(ip: .v4(0x0A00_0001 + UInt32(flow)), port: 1)
            let far = TransportAddress(ip: .v4(0x1700_0101 + UInt32(flow)), port: 1)
            let sender = FlowParty(
                .sender(from: .zero + Self.laterStart * Int64(flow)), over: bottleneck,
                path: Path(transport: .udp, local: near, remote: far), algorithm: algorithm, counted: counted)
            let receiver = FlowParty(
                .receiver(keys: flow == 0 ? keys(until: counted.upperBound, &random) : []), over: bottleneck,
                path: Path(transport: .udp, local: far, remote: near), algorithm: algorithm, counted: counted)
            _ = simulator.addHost(sender, [AttachmentPlan(network: gateway.network, addresses: [near.ip])])
            _ = simulator.addHost(receiver, [AttachmentPlan(addresses: [far.ip])])
            return receiver
        }
        simulator.run(until: counted.upperBound)
        return figures(of: receivers.map(\.arrivals), traceHash: simulator.network.traceHash)
    }

    /// Fast lines show as much in less time.
    private var duration: Interval { bottleneck.megabits > 50 ? .seconds(6) : .seconds(12) }

    private func keys(until end: Instant, _ random: inout SeededRandom) -> [Instant] {
        var keys: [Instant] = []
        var next = Instant.zero + .seconds(1)
        while next + .seconds(1) < end {
            keys.append(next)
            next = next + Self.keyInterval + .microseconds(Int64.random(in: 0..<20_000, using: &random))
        }
        return keys
    }

    private func figures(of arrivals: [FlowParty.Arrivals], traceHash: UInt64) -> Figures {
        let bytes = arrivals.map { Double($0.wireBytes) }
        var waits = Distribution()
        for flow in arrivals { waits.merge(flow.waits) }
        return Figures(
            use: bytes.reduce(0, +) / (bottleneck.bytesPerSecond * duration.seconds), waits: waits,
            keys: arrivals[0].keys, shareRatio: Self.shareRatio(bytes), traceHash: traceHash)
    }

    /// What got most over what got least; nil for one, and infinite where one got nothing.
    package static func shareRatio(_ bytes: [Double]) -> Double? {
        guard bytes.count > 1, let most = bytes.max(), let least = bytes.min() else { return nil }
        return least > 0 ? most / least : .infinity
    }
}
