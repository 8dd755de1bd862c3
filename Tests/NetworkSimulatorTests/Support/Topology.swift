import NetworkSimulator
import WireFormat

func ip(_ text: String) -> IPAddress {
    guard let address = IPAddress(text) else { fatalError("not an address: \(text)") }
    return address
}

func address(_ text: String) -> TransportAddress {
    guard let address = TransportAddress(text) else { fatalError("not an address: \(text)") }
    return address
}

/// Two hosts, each behind its own chain of gateways, and a reflecting server in the internet.
struct Punching {
    static let server = address("203.0.113.1:3478")

    /// Whether both sides found a validated direct path.
    static func succeeds(_ first: NetworkSide, _ second: NetworkSide, seed: UInt64) -> Bool {
        var simulator = Simulator<TestEndpoint>(seed: seed)
        let server = simulator.addHost(
            .scripted(.reflector), [AttachmentPlan(addresses: [server.ip], link: AccessLink(delay: .milliseconds(5)))])
        _ = server
        let pipe = PipeIdentifier(index: 0)
        let hosts = [first, second].enumerated().map { index, side in
            let network = build(side, index, &simulator.network)
            let local = TransportAddress(ip: .v4(0xC0A8_0002 + UInt32(index) << 8), port: 5_000)
            return simulator.addHost(
                .puncher(Puncher(local: local, server: Self.server, pipe: pipe)),
                [AttachmentPlan(network: network, addresses: [local.ip])])
        }
        _ = simulator.network.addPipe(between: hosts[0], and: hosts[1], delay: .milliseconds(30))
        return finish(&simulator, hosts)
    }

    /// The same for drawn sides.
    static func succeeds(_ first: PopulationDraw, _ second: PopulationDraw, seed: UInt64) -> Bool {
        var simulator = Simulator<TestEndpoint>(seed: seed)
        _ = simulator.addHost(
            .scripted(.reflector), [AttachmentPlan(addresses: [server.ip], link: AccessLink(delay: .milliseconds(5)))])
        let pipe = PipeIdentifier(index: 0)
        let hosts = [first, second].enumerated().map { index, draw in
            let plan = simulator.network.build(draw, number: UInt16(index + 1)).attachment
            let local = TransportAddress(ip: plan.addresses[0], port: 5_000)
            return simulator.addHost(.puncher(Puncher(local: local, server: Self.server, pipe: pipe)), [plan])
        }
        _ = simulator.network.addPipe(between: hosts[0], and: hosts[1], delay: .milliseconds(30))
        return finish(&simulator, hosts)
    }

    /// Runs until both are done, or two seconds.
    private static func finish(_ simulator: inout Simulator<TestEndpoint>, _ hosts: [HostIdentifier]) -> Bool {
        var done: Set<HostIdentifier> = []
        return simulator.run(until: .zero + .seconds(2)) { endpoint, host in
            if endpoint.puncher?.validated != nil { done.insert(host) }
            return done.count == hosts.count
        }
    }

    /// Builds a chain of gateways, the outermost first; returns the network behind the innermost.
    static func build(
        _ side: NetworkSide, _ index: Int, _ network: inout SimulatedNetwork
    ) -> NetworkIdentifier {
        var inner = NetworkIdentifier.internet
        for (depth, rules) in side.gateways.reversed().enumerated() {
            let external: UInt32 = depth == 0 ? 0x0505_0001 : 0x6440_0001 + UInt32(depth) << 8
            inner =
                network.addGateway(
                    rules, behind: inner, externalAddresses: [.v4(external + UInt32(index) << 16)],
                    link: AccessLink(delay: .milliseconds(depth == 0 ? 10 : 1))
                ).network
        }
        return inner
    }
}
