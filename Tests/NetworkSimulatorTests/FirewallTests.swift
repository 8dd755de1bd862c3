import NetworkSimulator
import Testing
import WireFormat

@Suite struct FirewallTests {
    static let inside = address("198.51.100.2:5000")

    /// A host with a public address behind a firewall, and two servers.
    final class Lab {
        var simulator = Simulator<TestEndpoint>(seed: 1)
        let gateway: GatewayIdentifier
        let host: HostIdentifier
        let servers: [HostIdentifier]

        init(_ rules: FirewallRules) {
            let added = simulator.network.addGateway(.firewall(rules), externalAddresses: [])
            gateway = added.gateway
            host = simulator.addHost(
                .scripted(ScriptedEndpoint()),
                [AttachmentPlan(network: added.network, addresses: [FirewallTests.inside.ip])])
            var servers: [HostIdentifier] = []
            for server in [TranslationTests.server, TranslationTests.other] {
                servers.append(
                    simulator.addHost(.scripted(ScriptedEndpoint()), [AttachmentPlan(addresses: [server.ip])]))
            }
            self.servers = servers
        }

        func send(_ from: HostIdentifier, _ path: Path) {
            simulator.update(from) { endpoint, _ in endpoint.scripted.outgoing.append((path, [1])) }
            simulator.run(until: simulator.now)
        }

        func sendOut(_ transport: TransportProtocol = .udp, port: UInt16 = 3_478) {
            let remote = TransportAddress(ip: TranslationTests.server.ip, port: port)
            send(host, Path(transport: transport, local: FirewallTests.inside, remote: remote))
        }

        func comesIn(from server: Int = 0, port: UInt16 = 3_478) -> Bool {
            let before = simulator[host].scripted.received.count
            let ip = server == 0 ? TranslationTests.server.ip : TranslationTests.other.ip
            send(servers[server], Path(local: TransportAddress(ip: ip, port: port), remote: FirewallTests.inside))
            return simulator[host].scripted.received.count > before
        }

        func wait(_ interval: Interval) { simulator.run(until: simulator.now + interval) }
    }

    @Test func `an open one passes all, untranslated`() {
        let lab = Lab(.open)
        #expect(lab.comesIn())
        lab.sendOut()
        #expect(lab.simulator[lab.servers[0]].scripted.received.map(\.path.remote) == [Self.inside])
    }

    @Test(arguments: FilteringBehavior.allCases)
    func `a stateful one passes answers, as finely as its rule`(filtering: FilteringBehavior) {
        var rules = FirewallRules.stateful
        rules.filtering = filtering
        let lab = Lab(rules)
        #expect(!lab.comesIn())
        lab.sendOut()
        #expect(lab.comesIn())
        #expect(lab.comesIn(port: 9) == (filtering != .addressAndPortDependent))
        #expect(lab.comesIn(from: 1) == (filtering == .endpointIndependent))
    }

    @Test func `state expires, and packets from outside keep it only if they may`() {
        for (refreshes, expected) in [(true, true), (false, false)] {
            var rules = FirewallRules.stateful
            rules.lifetime = .seconds(30)
            rules.inboundRefreshes = refreshes
            let lab = Lab(rules)
            lab.sendOut()
            lab.wait(.seconds(20))
            #expect(lab.comesIn())
            lab.wait(.seconds(20))
            #expect(lab.comesIn() == expected)
        }
    }

    @Test func `state is limited and forgotten at a reboot`() {
        var rules = FirewallRules.stateful
        rules.stateLimit = 2
        rules.lifetime = .seconds(30)
        let lab = Lab(rules)
        for port: UInt16 in 1...3 { lab.sendOut(port: port) }
        #expect(lab.comesIn(port: 2))
        #expect(!lab.comesIn(port: 3))
        #expect(lab.simulator.network.counters(of: lab.host)[.blocked] == 1)
        lab.simulator.network.schedule(.gatewayReboot(lab.gateway), at: lab.simulator.now)
        lab.wait(.milliseconds(1))
        #expect(!lab.comesIn(port: 2))
    }

    @Test func `what is blocked goes neither way`() {
        let lab = Lab(.udpBlocked)
        lab.sendOut()
        #expect(lab.simulator[lab.servers[0]].scripted.received.isEmpty)
        #expect(!lab.comesIn())
        let web = Lab(.webOnly)
        web.simulator.network.listen(on: 443, of: web.servers[0])
        web.simulator.network.listen(on: 80, of: web.servers[0])
        web.sendOut(.tcp, port: 443)
        web.sendOut(.tcp, port: 80)
        web.wait(.seconds(1))
        #expect(web.simulator[web.servers[0]].scripted.received.map(\.path.local.port) == [443])
    }
}
