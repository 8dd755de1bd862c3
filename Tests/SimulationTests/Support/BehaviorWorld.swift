import ICE
import NetworkSimulator
import STUN
import WireFormat

/// A client of behaviour discovery behind a gateway, and a server in the internet.
struct BehaviorWorld {
    struct Result {
        var report: BehaviorReport?
        var isUnreachable = false
        /// When the client was done.
        var end = Instant.zero
        var packetsSent = 0
        var trace: UInt64 = 0
    }

    enum Party: SimulatedEndpoint {
        case client(BehaviorDiscovery, Result)
        case server(BindingServer)

        mutating func receive(_ datagram: Span<UInt8>, on path: Path, at now: Instant) {
            switch self {
            case .client(var client, var result):
                try? client.receive(datagram, on: path, at: now)
                Self.take(&client, &result, now)
                self = .client(client, result)
            case .server(var server):
                try? server.receive(datagram, on: path, at: now)
                self = .server(server)
            }
        }

        mutating func advance(to now: Instant) {
            guard case .client(var client, var result) = self else { return }
            client.advance(to: now)
            Self.take(&client, &result, now)
            self = .client(client, result)
        }

        var nextDeadline: Instant? {
            if case .client(let client, _) = self { client.nextDeadline } else { nil }
        }

        mutating func pollTransmit(into packet: inout OutputSpan<UInt8>, at now: Instant) -> Path? {
            switch self {
            case .client(var client, var result):
                let path = client.pollTransmit(into: &packet, at: now)
                if path != nil { result.packetsSent += 1 }
                self = .client(client, result)
                return path
            case .server(var server):
                let path = server.pollTransmit(into: &packet, at: now)
                self = .server(server)
                return path
            }
        }

        private static func take(_ client: inout BehaviorDiscovery, _ result: inout Result, _ now: Instant) {
            while let event = client.pollEvent() {
                switch event {
                case .answered: continue
                case .finished(let report): result.report = report
                case .unreachable: result.isUnreachable = true
                }
                result.end = now
            }
        }
    }

    static func run(
        _ rules: GatewayRules, seed: UInt64, hasSecondAddress: Bool = true, hasSecondPort: Bool = true,
        loss: Double = 0, externalAddresses: [IPAddress] = [.v4(0x0505_0001)]
    ) -> Result {
        var simulator = Simulator<Party>(seed: seed)
        let address = BindingServer.Address(bound: .v4(0xCB00_7101))
        let second = BindingServer.Address(bound: .v4(0xCB00_7102))
        let server = BindingServer(
            configuration: BindingServer.Configuration(
                address: address, port: 3_478, alternateAddress: hasSecondAddress ? second : nil,
                alternatePort: hasSecondPort ? 3_479 : nil),
            random: SeededRandom(seed: seed))
        var link = AccessLink(delay: .milliseconds(5))
        if loss > 0 {
            link.up.loss = .bernoulli(loss)
            link.down.loss = .bernoulli(loss)
        }
        _ = simulator.addHost(.server(server), [AttachmentPlan(addresses: [address.bound, second.bound], link: link)])
        let inside = simulator.network.addGateway(
            rules, externalAddresses: rules.translation == nil ? [] : externalAddresses,
            link: AccessLink(delay: .milliseconds(5)))
        let ip = IPAddress.v4(rules.translation == nil ? 0x0505_0101 : 0xC0A8_0102)
        let sockets = (0..<BehaviorDiscovery.socketCount).map { index in
            TransportAddress(ip: ip, port: 40_000 + UInt16(index) * 97)
        }
        let client = BehaviorDiscovery(
            server: TransportAddress(ip: address.bound, port: 3_478), sockets: sockets,
            random: SeededRandom(seed: seed))
        let host = simulator.addHost(
            .client(client, Result()), [AttachmentPlan(network: inside.network, addresses: [ip])])
        simulator.update(host) { party, now in
            guard case .client(var client, let result) = party else { return }
            client.start(at: now)
            party = .client(client, result)
        }
        simulator.run(until: .zero + .seconds(10))
        guard case .client(_, var result) = simulator[host] else { return Result() }
        result.trace = simulator.network.traceHash
        return result
    }
}
