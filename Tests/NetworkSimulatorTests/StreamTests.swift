import NetworkSimulator
import Testing
import WireFormat

@Suite struct StreamTests {
    static let client = address("192.168.1.2:4000")
    static let server = address("203.0.113.1:443")

    /// A client behind a gateway, a server that listens on 443, 10 ms between them.
    static func run(
        _ rules: GatewayRules, transport: TransportProtocol, messages: Int = 3, link: LinkConditions? = nil
    ) -> (client: ScriptedEndpoint, server: ScriptedEndpoint, counters: TrafficCounters) {
        var simulator = Simulator<TestEndpoint>(seed: 1)
        let conditions = link ?? LinkConditions(delay: .milliseconds(10))
        let home = simulator.network.addGateway(
            rules, externalAddresses: [ip("5.5.0.1")], link: AccessLink(conditions))
        let host = simulator.addHost(
            .scripted(ScriptedEndpoint()), [AttachmentPlan(network: home.network, addresses: [client.ip])])
        let server = simulator.addHost(.scripted(.reflector), [AttachmentPlan(addresses: [server.ip])])
        simulator.network.listen(on: 443, of: server)
        simulator.update(host) { endpoint, _ in
            for index in 0..<messages {
                let path = Path(transport: transport, local: client, remote: Self.server)
                endpoint.scripted.outgoing.append((path, [1, UInt8(index & 255)]))
            }
        }
        simulator.run(until: .zero + .seconds(60))
        #expect(simulator.network.packetsUnderWay == 0)
        return (simulator[host].scripted, simulator[server].scripted, simulator.network.counters(of: host))
    }

    @Test func `TCP costs a round trip before data, TLS two`() {
        for (transport, firstArrival): (TransportProtocol, Int64) in [(.tcp, 30), (.tls, 50)] {
            let (client, server, _) = Self.run(.nat(.symmetric), transport: transport)
            #expect(server.received.map { $0.bytes[1] } == [0, 1, 2])
            #expect(server.received.first?.at == .zero + .milliseconds(firstArrival))
            #expect(server.received.first?.path.transport == transport)
            #expect(client.received.count == 3)
            #expect(client.received.first?.path.remote == Self.server)
        }
    }

    @Test func `streams pass where UDP is blocked`() {
        let (_, open, _) = Self.run(.firewall(.webOnly), transport: .tls)
        #expect(open.received.count == 3)
        let (_, datagrams, counters) = Self.run(.firewall(.webOnly), transport: .udp)
        #expect(datagrams.received.isEmpty)
        #expect(counters[.blocked] == 3)
    }

    @Test func `loss and a full queue delay a stream, nothing more`() {
        let link = LinkConditions(
            delay: .milliseconds(10), jitter: .milliseconds(5), loss: .bernoulli(0.2), bytesPerSecond: 100_000,
            queueBytes: 500)
        let (client, server, counters) = Self.run(.nat(.portRestricted), transport: .tcp, messages: 100, link: link)
        #expect(server.received.map { $0.bytes[1] } == (0..<100).map { UInt8($0) })
        #expect(client.received.count == 100)
        #expect(counters.droppedPackets == 0)
    }

    @Test func `a port that nobody listens on refuses at once`() {
        var simulator = Simulator<TestEndpoint>(seed: 1)
        let client = simulator.addHost(
            .scripted(ScriptedEndpoint()),
            [AttachmentPlan(addresses: [Self.client.ip], link: AccessLink(delay: .milliseconds(5)))])
        _ = simulator.addHost(.scripted(.reflector), [AttachmentPlan(addresses: [Self.server.ip])])
        let path = Path(transport: .tcp, local: Self.client, remote: Self.server)
        simulator.update(client) { endpoint, _ in endpoint.scripted.outgoing.append((path, [1])) }
        simulator.run(until: .zero + .milliseconds(11))
        #expect(simulator[client].scripted.failures == [path])
    }

    @Test func `nobody there is noticed after four SYNs`() {
        var simulator = Simulator<TestEndpoint>(seed: 1)
        let client = simulator.addHost(.scripted(ScriptedEndpoint()), [AttachmentPlan(addresses: [Self.client.ip])])
        let path = Path(transport: .tcp, local: Self.client, remote: Self.server)
        simulator.update(client) { endpoint, _ in endpoint.scripted.outgoing.append((path, [1])) }
        simulator.run(until: .zero + .seconds(14))
        #expect(simulator[client].scripted.failures.isEmpty)
        simulator.run(until: .zero + .seconds(16))
        #expect(simulator[client].scripted.failures == [path])
        #expect(simulator.network.counters(of: client)[.noRoute] == 4)
    }

    @Test func `two NATs that keep ports let TCP open simultaneously`() {
        var simulator = Simulator<TestEndpoint>(seed: 1)
        let hosts = (0..<2).map { index in
            let home = simulator.network.addGateway(
                .nat(.portRestricted), externalAddresses: [.v4(0x0505_0001 + UInt32(index))],
                link: AccessLink(delay: .milliseconds(10)))
            return simulator.addHost(
                .scripted(ScriptedEndpoint()), [AttachmentPlan(network: home.network, addresses: [Self.client.ip])])
        }
        for (index, host) in hosts.enumerated() {
            let remote = TransportAddress(ip: .v4(0x0505_0002 - UInt32(index)), port: 4_000)
            simulator.update(host) { endpoint, _ in
                let path = Path(transport: .tcp, local: Self.client, remote: remote)
                endpoint.scripted.outgoing.append((path, [7]))
            }
        }
        simulator.run(until: .zero + .seconds(1))
        for host in hosts {
            #expect(simulator[host].scripted.received.map(\.bytes) == [[7]])
            #expect(simulator[host].scripted.failures.isEmpty)
        }
    }

    @Test func `a NAT that forgets breaks a stream, and the sender hears of it`() {
        var simulator = Simulator<TestEndpoint>(seed: 1)
        let home = simulator.network.addGateway(.nat(.symmetric), externalAddresses: [ip("5.5.0.1")])
        let client = simulator.addHost(
            .scripted(ScriptedEndpoint()), [AttachmentPlan(network: home.network, addresses: [Self.client.ip])])
        let server = simulator.addHost(.scripted(.reflector), [AttachmentPlan(addresses: [Self.server.ip])])
        simulator.network.listen(on: 443, of: server)
        let path = Path(transport: .tcp, local: Self.client, remote: Self.server)
        simulator.update(client) { endpoint, _ in endpoint.scripted.outgoing.append((path, [1])) }
        simulator.run(until: .zero + .seconds(1))
        simulator.network.schedule(.gatewayReboot(home.gateway), at: .zero + .seconds(2))
        simulator.run(until: .zero + .seconds(3))
        simulator.update(client) { endpoint, _ in endpoint.scripted.outgoing.append((path, [1])) }
        simulator.run(until: .zero + .seconds(10))
        #expect(simulator[client].scripted.failures == [path])
        #expect(simulator[server].scripted.received.count == 1)
    }
}
