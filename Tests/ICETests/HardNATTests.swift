import ICE
import Testing
import WireFormat

/// What two agents tell each other about hard NATs, what they make of it, and where their packets go.
@Suite struct HardNATTests {
    static let address = TransportAddress(ip: .v4(0xC000_0208), port: 40_000)
    static let mappings: [NATReport.Mapping] = [
        .unknown, .independent, .addressDependent, .addressAndPortDependent,
    ]
    static let reports: [NATReport] = mappings.flatMap { mapping in
        [0, 1, 4].map { NATReport(mapping: mapping, step: $0, address: address) }
    }

    // MARK: Messages

    @Test func `messages come back as they were`() {
        var messages = Self.reports.map { TraversalMessage.report($0) }
        for attempt in 1...TraversalPlan.mostAttempts { messages.append(.ready(attempt: attempt, port: 65_535)) }
        for message in messages { #expect(TraversalMessage(decoding: message.encoded.span) == message) }
    }

    @Test func `what is no message is none, and never traps`() {
        var random = SeededRandom(seed: 8)
        let bad: [[UInt8]] = [
            [], [0], [1], [3, 0, 0, 0], [1, 4, 0, 0, 1, 2, 3, 4, 5, 6],
            [1, 1, 0, 0, 1, 2, 3, 4, 5, 6, 7], [2, 0, 0, 1], [2, 4, 0, 1], [2, 1, 0],
        ]
        for bytes in bad { #expect(TraversalMessage(decoding: bytes.span) == nil, "\(bytes)") }
        for _ in 0..<5_000 {
            let bytes = random.bytes(count: Int(random.next() % 12))
            guard let message = TraversalMessage(decoding: bytes.span) else { continue }
            #expect(message.encoded == bytes)
        }
    }

    // MARK: Observations

    /// What a socket's mapping is taken for after these were seen: the last byte and port of each observer, and our port.
    private func mapping(_ seen: [(observer: UInt32, port: UInt16, mapped: UInt16)]) -> NATReport.Mapping? {
        var observations = MappingObservations()
        observations.note(TransportAddress(ip: .v4(0x0505_0505), port: 1), of: 2, by: Self.address)
        for (observer, port, mapped) in seen {
            observations.note(
                TransportAddress(ip: .v4(0x0505_0505), port: mapped), of: 1,
                by: TransportAddress(ip: .v4(0x0909_0900 | observer), port: port))
        }
        return observations.behavior(of: 1)?.mapping
    }

    @Test func `a mapping is known from where it was seen`() {
        #expect(mapping([]) == nil)
        #expect(mapping([(1, 1, 7)]) == .unknown)
        #expect(mapping([(1, 1, 7), (1, 1, 7)]) == .unknown, "one observer, twice")
        #expect(mapping([(1, 1, 7), (1, 2, 7)]) == .independent)
        #expect(mapping([(1, 1, 7), (2, 1, 7), (3, 1, 7)]) == .independent)
        #expect(mapping([(1, 1, 7), (2, 1, 8)]) == .addressDependent)
        #expect(mapping([(1, 1, 7), (1, 2, 8)]) == .addressAndPortDependent)
        #expect(mapping([(1, 1, 7), (2, 1, 8), (1, 2, 9)]) == .addressAndPortDependent)
        #expect(mapping([(1, 1, 7), (1, 2, 9), (2, 1, 8)]) == .addressAndPortDependent)
        #expect(mapping([(1, 1, 7), (1, 2, 7), (1, 1, 8)]) == .unknown, "the NAT has begun anew")
        #expect(mapping([(1, 1, 7), (1, 2, 7), (1, 1, 8), (1, 2, 8)]) == .independent)
    }

    @Test func `observations are few, however many observers there are`() {
        var observations = MappingObservations()
        for port in 1...10_000 as ClosedRange<UInt16> {
            observations.note(Self.address, of: 1, by: TransportAddress(ip: .v4(0x0909_0909), port: port))
        }
        #expect(observations.entries.count == MappingObservations.limit)
        #expect(observations.entries.last?.remote.port == 10_000)
    }

    // MARK: Plans

    @Test(arguments: reports) func `both agents come to parts that fit each other`(mine: NATReport) {
        let settings = Agent.HardNAT()
        for theirs in Self.reports {
            for attempt in 1...TraversalPlan.mostAttempts {
                let one = TraversalPlan.of(mine, against: theirs, attempt: attempt, role: .controlling, settings)
                let other = TraversalPlan.of(theirs, against: mine, attempt: attempt, role: .controlled, settings)
                switch (one, other) {
                case (nil, nil): break
                case (.meet(let count)?, .meet(let others)?): #expect(count == others)
                case (.probe(true)?, .open(let count)?), (.open(let count)?, .probe(true)?):
                    #expect(count == settings.predictedSockets)
                case (.probe(false)?, .open(let count)?), (.open(let count)?, .probe(false)?):
                    #expect(count == settings.sockets)
                default: Issue.record("\(mine) against \(theirs), attempt \(attempt)")
                }
                if attempt == 1, mine.isUsable, theirs.isUsable {
                    let isHopeless = mine.isHard && theirs.isHard && !(mine.isPredictable && theirs.isPredictable)
                    #expect((one == nil) == isHopeless)
                }
            }
        }
    }

    @Test func `a step is told from random ports`() {
        #expect(NATReport.step(of: [100, 101, 102]) == 1)
        #expect(NATReport.step(of: [65_534, 0, 2]) == 2)
        #expect(NATReport.step(of: [100, 103, 104]) == 1, "somebody else took two")
        #expect(NATReport.step(of: [102, 101, 100]) == .max, "downwards")
        #expect(NATReport.step(of: [0x0708, 0x0808, 0x0908]) == 256, "a counter in the other byte order")
        #expect(NATReport.step(of: [102, 101, 99]) == 0)
        #expect(NATReport.step(of: [100, 100, 100]) == 0)
        #expect(NATReport.step(of: [100, 101]) == 0)
        #expect(NATReport.step(of: [100, 100, 101]) == 0)
        var random = SeededRandom(seed: 3)
        let mistaken = (0..<100_000).count { _ in
            NATReport.step(of: (0..<3).map { _ in UInt16(truncatingIfNeeded: random.next()) }) != 0
        }
        #expect(mistaken <= 8, "of 100,000")
    }

    // MARK: Ports

    @Test func `no port is probed twice, none below 1,024, and all over the range`() {
        var random = SeededRandom(seed: 4)
        for _ in 0..<50 {
            let scattered = ProbePorts.scattered(using: &random)
            let ports = (0...Int(UInt16.max)).compactMap { scattered.port(at: $0) }
            #expect(Set(ports).count == 64_512)
            #expect(ports.count == 64_512)
        }
        let predicted = ProbePorts.predicted(last: 65_530, step: 2)
        #expect((0..<4).map { predicted.port(at: $0) } == [65_532, 65_534, nil, nil])
    }

    /// 256 random open ports, 1,024 and 2,048 probes: what the docstring says.
    @Test func `a thousand probes meet one of 256 random ports in 98 of 100 campaigns`() {
        var random = SeededRandom(seed: 6)
        var met = (first: 0, all: 0)
        for _ in 0..<2_000 {
            var open = Set<UInt16>()
            while open.count < 256 {
                let port = UInt16(truncatingIfNeeded: random.next())
                if port >= 1_024 { open.insert(port) }
            }
            let scattered = ProbePorts.scattered(using: &random)
            let ports = (0..<2_048).compactMap { scattered.port(at: $0) }
            if ports.prefix(1_024).contains(where: open.contains) { met.first += 1 }
            if ports.contains(where: open.contains) { met.all += 1 }
        }
        #expect((1_940...1_985).contains(met.first), "\(met.first) of 2,000")
        #expect(met.all >= 1_994, "\(met.all) of 2,000")
    }

    /// A naive model of two NATs that give out ports in sequence, to us and to others behind them.
    @Test(arguments: 0...12) func `two sequences meet whatever others took meanwhile`(taken: Int) throws {
        for here in 0...taken {
            let there = taken - here
            for (hereStep, thereStep) in [(UInt16(1), UInt16(1)), (2, 1), (5, 3)] {
                let mine = MeetingPorts(last: 30_000, step: thereStep, role: .controlling)
                let theirs = MeetingPorts(last: 50_000, step: hereStep, role: .controlled)
                var paths = Set<[UInt16]>()
                for socket in 0..<64 {
                    let port = 50_000 + UInt16(here + socket + 1) * hereStep
                    paths.insert([port, try #require(mine.port(ofSocket: socket))])
                }
                let met = try (0..<64).count { socket in
                    let port = 30_000 + UInt16(there + socket + 1) * thereStep
                    return paths.contains([try #require(theirs.port(ofSocket: socket)), port])
                }
                #expect(met > 0, "\(here) here, \(there) there")
            }
        }
    }

    // MARK: Hostile peers

    /// Every address that a peer's agent sends to, while the other says what it likes about its NAT.
    private func targets(policy: Agent.Policy, _ messages: [TraversalMessage]) -> [IPAddress: Int] {
        var scenario = Scenario(nats: [.portRestricted, .symmetric], hasTURN: true)
        scenario.policies = [policy, .all]
        var network = scenario.makeNetwork()
        var counts: [IPAddress: Int] = [:]
        let ours = IPAddress.v4(0xC000_0208)
        network.meddle = { _, packet in
            if packet.from.ip == ours { counts[packet.to.ip, default: 0] += 1 }
            return [packet]
        }
        for round in 0..<40 {
            network.schedule(after: .milliseconds(1_000 + Int64(round) * 500)) { network, now in
                for message in messages {
                    network.peers[0].agent.receiveTraversal(message.encoded.span, at: now)
                }
            }
        }
        network.run(for: .seconds(25))
        return counts
    }

    private static func hard(_ ip: IPAddress, attempts: [UInt8] = [1]) -> [TraversalMessage] {
        let report = NATReport(
            mapping: .addressAndPortDependent, step: 0, address: TransportAddress(ip: ip, port: 9_999))
        return [.report(report)] + attempts.map { .ready(attempt: $0, port: 7) }
    }

    @Test func `a peer cannot have a third party probed`() {
        let victim = IPAddress.v4(0xCB00_7199)
        for attempts in [[1], [1, 2, 3]] as [[UInt8]] {
            #expect(targets(policy: .all, Self.hard(victim, attempts: attempts))[victim] == nil)
        }
    }

    @Test func `a peer's own address gets what the limits say, however often it asks`() throws {
        let own = IPAddress.v4(0xC000_0210)
        let sent = try #require(targets(policy: .all, Self.hard(own))[own])
        let plain = try #require(targets(policy: .all, [])[own])
        #expect(sent > plain + 1_900, "it was not probed at all")
        // Campaigns begin after 1 and 11 seconds; the next one may after 31.
        #expect(sent <= plain + Agent.HardNAT().probes * 2 + 50, "\(sent) with \(plain)")
    }

    @Test func `a relay-only agent sends nothing to the peer`() {
        #expect(targets(policy: .relayOnly, Self.hard(.v4(0xC000_0210)))[.v4(0xC000_0210)] == nil)
    }
}
