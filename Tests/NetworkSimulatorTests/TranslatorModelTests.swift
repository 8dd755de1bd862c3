import NetworkSimulator
import Testing
import WireFormat

/// Random traffic through every kind of NAT, against a model that searches lists.
@Suite struct TranslatorModelTests {
    @Test(arguments: MappingBehavior.allCases, FilteringBehavior.allCases)
    func `the NAT does what the naive one does`(mapping: MappingBehavior, filtering: FilteringBehavior) {
        let assignments: [PortAssignment] = [.preserving, .sequential(step: 3), .random]
        for (number, assignment) in assignments.enumerated() {
            for refreshes in [false, true] {
                var rules = TranslationRules(
                    mapping: mapping, filtering: filtering, assignment: assignment, lifetime: .seconds(20))
                rules.inboundRefreshes = refreshes
                rules.ports = 4_998...5_060
                compare(rules, seed: UInt64(number * 2 + (refreshes ? 1 : 0)))
            }
        }
    }

    private func compare(_ rules: TranslationRules, seed: UInt64) {
        let lab = TranslationTests.Lab(.nat(rules), hosts: 2, seed: seed)
        var model = NaiveTranslator(rules: rules)
        var random = SeededRandom(seed: seed)
        var outsides: [TransportAddress] = []
        for _ in 0..<400 {
            if random.next() % 4 == 0 { lab.wait(.seconds(Int64(random.next() % 9))) }
            if random.next() % 2 == 0 || outsides.isEmpty {
                guard let outside = sendOut(lab, &model, &random) else { return }
                outsides.append(outside)
            } else {
                sendIn(lab, &model, &random, outsides)
            }
        }
    }

    private func sendOut(
        _ lab: TranslationTests.Lab, _ model: inout NaiveTranslator, _ random: inout SeededRandom
    ) -> TransportAddress? {
        let host = Int(random.next() % 2)
        let inside = TransportAddress(ip: .v4(0xC0A8_0102 + UInt32(host)), port: 5_000 + UInt16(random.next() % 3))
        let server = Int(random.next() % 2)
        let ip = server == 0 ? TranslationTests.server.ip : TranslationTests.other.ip
        let remote = TransportAddress(ip: ip, port: 100 + UInt16(random.next() % 2))
        let now = lab.simulator.now
        lab.send(from: host, port: inside.port, to: remote, [0])
        guard let received = lab.simulator[lab.servers[server]].scripted.received.last, received.at == now else {
            Issue.record("nothing came out")
            return nil
        }
        let outside = received.path.remote
        if let expected = model.expected(inside, remote, at: now) {
            #expect(outside == expected)
        } else {
            #expect(model.isFree(outside, at: now), "\(outside) is in use")
            #expect(model.rules.ports.contains(outside.port))
        }
        model.noteOutbound(inside, remote, outside, at: now)
        return outside
    }

    private func sendIn(
        _ lab: TranslationTests.Lab, _ model: inout NaiveTranslator, _ random: inout SeededRandom,
        _ outsides: [TransportAddress]
    ) {
        let target = outsides[outsides.count - 1 - Int(random.next() % UInt64(min(12, outsides.count)))]
        let server = Int(random.next() % 2)
        let ip = server == 0 ? TranslationTests.server.ip : TranslationTests.other.ip
        let remote = TransportAddress(ip: ip, port: 100 + UInt16(random.next() % 2))
        let before = lab.hosts.map { lab.simulator[$0].scripted.received.count }
        let arrived = lab.reaches(target, from: server, port: remote.port)
        let expected = model.inbound(from: remote, to: target, at: lab.simulator.now)
        #expect(arrived == (expected != nil))
        guard let expected else { return }
        for (index, host) in lab.hosts.enumerated() {
            let received = lab.simulator[host].scripted.received
            guard received.count > before[index] else { continue }
            #expect(received.last?.path == Path(local: expected, remote: remote))
        }
    }
}
