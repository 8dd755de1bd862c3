import NetworkSimulator
import Testing
import WireFormat

@Suite struct TranslationTests {
    static let inside = ip("192.168.1.2")
    static let external = ip("5.5.0.1")
    static let server = address("203.0.113.1:3478")
    static let other = address("203.0.113.2:3478")

    /// One or more hosts behind a NAT, two reflecting servers outside.
    final class Lab {
        var simulator: Simulator<TestEndpoint>
        let gateway: GatewayIdentifier
        let network: NetworkIdentifier
        let hosts: [HostIdentifier]
        let servers: [HostIdentifier]

        init(_ rules: GatewayRules, hosts count: Int = 1, seed: UInt64 = 1, externals: [IPAddress] = [external]) {
            simulator = Simulator(seed: seed)
            let home = simulator.network.addGateway(
                rules, externalAddresses: externals, insideAddress: ip("192.168.1.1"))
            gateway = home.gateway
            network = home.network
            var hosts: [HostIdentifier] = []
            for index in 0..<count {
                let address = IPAddress.v4(0xC0A8_0102 + UInt32(index))
                hosts.append(
                    simulator.addHost(
                        .scripted(ScriptedEndpoint()), [AttachmentPlan(network: network, addresses: [address])]))
            }
            self.hosts = hosts
            var servers: [HostIdentifier] = []
            for server in [TranslationTests.server, TranslationTests.other] {
                servers.append(simulator.addHost(.scripted(.reflector), [AttachmentPlan(addresses: [server.ip])]))
            }
            self.servers = servers
        }

        func send(
            from host: Int = 0, port: UInt16 = 5_000, to remote: TransportAddress, _ bytes: [UInt8] = [1]
        ) {
            let local = TransportAddress(ip: .v4(0xC0A8_0102 + UInt32(host)), port: port)
            simulator.update(hosts[host]) { endpoint, now in
                endpoint.scripted.outgoing.append((Path(local: local, remote: remote), bytes))
            }
            simulator.run(until: simulator.now)
        }

        func wait(_ interval: Interval) { simulator.run(until: simulator.now + interval) }

        /// What the server says the address is, asked from a port of a host.
        func reflexive(
            from host: Int = 0, port: UInt16 = 5_000, by server: TransportAddress = TranslationTests.server
        ) -> TransportAddress? {
            let before = simulator[hosts[host]].scripted.received.count
            send(from: host, port: port, to: server)
            let received = simulator[hosts[host]].scripted.received
            guard received.count > before, let last = received.last else { return nil }
            return TransportAddress(String(decoding: last.bytes.dropFirst(), as: UTF8.self))
        }

        /// Whether a packet from a server's port to an address arrives inside.
        func reaches(_ target: TransportAddress, from server: Int, port: UInt16 = 3_478) -> Bool {
            let before = hosts.reduce(0) { $0 + simulator[$1].scripted.received.count }
            let ip = server == 0 ? TranslationTests.server.ip : TranslationTests.other.ip
            simulator.update(servers[server]) { endpoint, now in
                let path = Path(local: TransportAddress(ip: ip, port: port), remote: target)
                endpoint.scripted.outgoing.append((path, [9]))
            }
            simulator.run(until: simulator.now)
            return hosts.reduce(0) { $0 + simulator[$1].scripted.received.count } > before
        }
    }

    @Test(arguments: MappingBehavior.allCases)
    func `mappings are as fine as the rule says`(mapping: MappingBehavior) throws {
        let lab = Lab(.nat(TranslationRules(mapping: mapping, assignment: .random)))
        let first = try #require(lab.reflexive())
        let again = try #require(lab.reflexive())
        #expect(first == again)
        #expect(first.ip == Self.external)
        let otherPort = try #require(lab.reflexive(by: TransportAddress(ip: Self.server.ip, port: 9)))
        #expect((otherPort == first) == (mapping != .addressAndPortDependent))
        let otherAddress = try #require(lab.reflexive(by: Self.other))
        #expect((otherAddress == first) == (mapping == .endpointIndependent))
        let otherSocket = try #require(lab.reflexive(port: 5_001))
        #expect(otherSocket != first)
    }

    @Test(arguments: MappingBehavior.allCases, FilteringBehavior.allCases)
    func `filters pass as much as the rule says`(mapping: MappingBehavior, filtering: FilteringBehavior) throws {
        let lab = Lab(.nat(TranslationRules(mapping: mapping, filtering: filtering)))
        let outside = try #require(lab.reflexive())
        let samePort = lab.reaches(outside, from: 0)
        let sameAddress = lab.reaches(outside, from: 0, port: 9)
        let stranger = lab.reaches(outside, from: 1)
        #expect(samePort)
        #expect(sameAddress == (filtering != .addressAndPortDependent))
        #expect(stranger == (filtering == .endpointIndependent))
        let elsewhere = lab.reaches(TransportAddress(ip: outside.ip, port: outside.port ^ 1), from: 0)
        #expect(!elsewhere)
    }

    @Test func `preserving keeps the port, and takes the next on a collision`() throws {
        let lab = Lab(.nat(.portRestricted), hosts: 2)
        let first = try #require(lab.reflexive(from: 0))
        let second = try #require(lab.reflexive(from: 1))
        #expect(first.port == 5_000)
        #expect(second.port == 5_001)
        let low = try #require(lab.reflexive(from: 0, port: 80))
        #expect(low.port >= 1_024)
    }

    @Test func `sequential ports keep their step`() throws {
        let rules = TranslationRules(mapping: .addressAndPortDependent, assignment: .sequential(step: 2))
        let lab = Lab(.nat(rules))
        var ports: [Int] = []
        for port: UInt16 in 1..<20 {
            let outside = try #require(lab.reflexive(by: TransportAddress(ip: Self.server.ip, port: port)))
            ports.append(Int(outside.port))
        }
        let steps = Set(zip(ports, ports.dropFirst()).map { ($1 - $0 + 64_512) % 64_512 })
        #expect(steps == [2])
    }

    @Test func `random ports are spread and never given twice`() throws {
        let lab = Lab(.nat(.symmetric))
        var ports: Set<UInt16> = []
        for port: UInt16 in 1..<500 {
            let outside = try #require(lab.reflexive(by: TransportAddress(ip: Self.server.ip, port: port)))
            ports.insert(outside.port)
        }
        #expect(ports.count == 499)
        let high = ports.filter { $0 > 33_279 }.count
        #expect((180...320).contains(high))
    }

    @Test func `a full range of ports still gives the last ones out`() throws {
        for assignment in [PortAssignment.preserving, .sequential(step: 3), .random] {
            var rules = TranslationRules(mapping: .addressAndPortDependent, assignment: assignment)
            rules.ports = 2_000...2_015
            let lab = Lab(.nat(rules))
            var ports: Set<UInt16> = []
            for port: UInt16 in 1...16 {
                let outside = try #require(lab.reflexive(by: TransportAddress(ip: Self.server.ip, port: port)))
                ports.insert(outside.port)
            }
            #expect(ports.count == 16)
            let refused = lab.reflexive(by: TransportAddress(ip: Self.server.ip, port: 17))
            #expect(refused == nil)
        }
    }

    @Test func `the mapping limit refuses until something expires`() throws {
        var rules = TranslationRules(lifetime: .seconds(30))
        rules.mappingLimit = 3
        let lab = Lab(.nat(rules))
        for port: UInt16 in 1...3 { _ = try #require(lab.reflexive(port: port)) }
        let refused = lab.reflexive(port: 4)
        #expect(refused == nil)
        let counters = lab.simulator.network.counters(of: lab.hosts[0])
        #expect(counters[.mappingLimit] == 1)
        lab.wait(.seconds(31))
        let granted = lab.reflexive(port: 4)
        #expect(granted != nil)
    }

    @Test func `mappings expire unless packets from inside refresh them`() throws {
        let lab = Lab(.nat(TranslationRules(assignment: .random, lifetime: .seconds(30))))
        let outside = try #require(lab.reflexive())
        lab.wait(.seconds(29))
        let beforeEnd = lab.reaches(outside, from: 0)
        #expect(beforeEnd)
        lab.wait(.seconds(2))
        let afterEnd = lab.reaches(outside, from: 0)
        #expect(!afterEnd, "a packet from outside is no refresh here")
        let renewed = try #require(lab.reflexive())
        #expect(renewed != outside)
        for _ in 0..<4 {
            lab.wait(.seconds(20))
            let kept = lab.reflexive()
            #expect(kept == renewed)
        }
    }

    @Test func `inbound packets refresh where the rule lets them`() throws {
        var rules = TranslationRules(lifetime: .seconds(30))
        rules.inboundRefreshes = true
        let lab = Lab(.nat(rules))
        let outside = try #require(lab.reflexive())
        for _ in 0..<4 {
            lab.wait(.seconds(20))
            let passes = lab.reaches(outside, from: 0)
            #expect(passes)
        }
    }

    @Test func `a filter's memory of one remote expires on its own`() throws {
        let lab = Lab(.nat(TranslationRules(lifetime: .seconds(30))))
        let outside = try #require(lab.reflexive())
        lab.wait(.seconds(20))
        _ = lab.reflexive(by: Self.other)
        lab.wait(.seconds(20))
        let recent = lab.reaches(outside, from: 1)
        let old = lab.reaches(outside, from: 0)
        #expect(recent)
        #expect(!old)
    }

    @Test(arguments: Hairpinning.allCases)
    func `hairpinning`(mode: Hairpinning) throws {
        let lab = Lab(.nat(TranslationRules(filtering: .endpointIndependent, hairpinning: mode)), hosts: 2)
        let first = try #require(lab.reflexive(from: 0))
        let second = try #require(lab.reflexive(from: 1))
        lab.send(from: 0, to: second, [42])
        let received = lab.simulator[lab.hosts[1]].scripted.received.filter { $0.bytes == [42] }
        switch mode {
        case .off:
            #expect(received.isEmpty)
            let counters = lab.simulator.network.counters(of: lab.hosts[0])
            #expect(counters[.hairpinOff] == 1)
        case .externalSource: #expect(received.map(\.path.remote) == [first])
        case .internalSource: #expect(received.map(\.path.remote) == [address("192.168.1.2:5000")])
        }
    }

    @Test func `hairpinned packets meet the filter`() throws {
        let lab = Lab(.nat(TranslationRules(hairpinning: .externalSource)), hosts: 2)
        let first = try #require(lab.reflexive(from: 0))
        let second = try #require(lab.reflexive(from: 1))
        lab.send(from: 0, to: second, [42])
        #expect(!lab.simulator[lab.hosts[1]].scripted.received.contains { $0.bytes == [42] })
        lab.send(from: 1, to: first, [43])
        #expect(lab.simulator[lab.hosts[0]].scripted.received.contains { $0.bytes == [43] })
        lab.send(from: 0, to: second, [44])
        #expect(lab.simulator[lab.hosts[1]].scripted.received.contains { $0.bytes == [44] })
    }

    @Test func `neighbours reach each other without the NAT`() throws {
        let lab = Lab(.nat(.portRestricted), hosts: 2)
        lab.send(from: 0, to: address("192.168.1.3:7000"), [5])
        let received = lab.simulator[lab.hosts[1]].scripted.received
        #expect(received.map(\.path.remote) == [address("192.168.1.2:5000")])
        #expect(lab.simulator.network.mappingCount(of: lab.gateway) == 0)
    }

    @Test func `pooling pairs a host with one external address, or does not`() throws {
        let pool = (1...4).map { IPAddress.v4(0x0505_0000 + $0) }
        for (pooling, isPaired) in [(AddressPooling.paired, true), (.arbitrary, false)] {
            let lab = Lab(.nat(TranslationRules(pooling: pooling)), externals: pool)
            var seen: Set<IPAddress> = []
            for port: UInt16 in 2_000..<2_040 { seen.insert(try #require(lab.reflexive(port: port)).ip) }
            #expect((seen.count == 1) == isPaired)
        }
    }

    @Test func `a reboot forgets mappings, and a new address replaces the old`() throws {
        let lab = Lab(.nat(TranslationRules(filtering: .endpointIndependent, assignment: .random)))
        let before = try #require(lab.reflexive())
        lab.simulator.network.schedule(.gatewayReboot(lab.gateway), at: lab.simulator.now)
        lab.wait(.milliseconds(1))
        let afterReboot = lab.reaches(before, from: 0)
        #expect(!afterReboot)
        let rebound = try #require(lab.reflexive())
        #expect(rebound != before)
        let fresh = ip("6.6.6.6")
        lab.simulator.network.schedule(.gatewayAddressChange(lab.gateway, to: fresh), at: lab.simulator.now)
        lab.wait(.milliseconds(1))
        let moved = try #require(lab.reflexive())
        #expect(moved.ip == fresh)
        let old = lab.reaches(rebound, from: 0)
        #expect(!old)
    }

    @Test func `two NATs in a row translate twice`() throws {
        var simulator = Simulator<TestEndpoint>(seed: 1)
        let carrier = simulator.network.addGateway(
            .nat(TranslationRules(assignment: .random)), externalAddresses: [Self.external])
        let home = simulator.network.addGateway(
            .nat(TranslationRules(assignment: .random)), behind: carrier.network,
            externalAddresses: [ip("100.64.0.2")])
        let host = simulator.addHost(
            .scripted(ScriptedEndpoint()), [AttachmentPlan(network: home.network, addresses: [Self.inside])])
        let server = simulator.addHost(.scripted(.reflector), [AttachmentPlan(addresses: [Self.server.ip])])
        let local = TransportAddress(ip: Self.inside, port: 5_000)
        simulator.update(host) { endpoint, _ in
            endpoint.scripted.outgoing.append((Path(local: local, remote: Self.server), [1]))
        }
        simulator.run(until: .zero + .seconds(1))
        let seen = try #require(simulator[server].scripted.received.first).path.remote
        #expect(seen.ip == Self.external)
        #expect(simulator[host].scripted.received.map(\.path) == [Path(local: local, remote: Self.server)])
        #expect(simulator.network.mappingCount(of: carrier.gateway) == 1)
        #expect(simulator.network.mappingCount(of: home.gateway) == 1)
    }
}
