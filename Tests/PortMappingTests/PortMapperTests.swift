import PortMapping
import Testing
import WireFormat

@Suite struct PortMapperTests {
    let start: Instant = .zero + .seconds(100)

    func mapper() -> PortMapper {
        var mapper = PortMapper(Network.request(suggestedPort: 6_000), random: SeededRandom(seed: 5))
        mapper.start(at: start)
        return mapper
    }

    /// Answers what goes to the PCP and NAT-PMP port.
    func answer(_ mapper: inout PortMapper, _ gateway: PCPGateway, at now: Instant) {
        for packet in mapper.drain(at: now) where packet.path.remote == Network.server {
            guard let answer = gateway.answer(packet.bytes, at: now) else { continue }
            mapper.take(answer, on: Network.path, at: now)
        }
    }

    @Test func `all are asked at once`() {
        var mapper = mapper()
        let sent = mapper.drain(at: start)
        #expect(sent.count == 5)
        #expect(sent.filter { $0.bytes.first == 2 }.count == 1)
        #expect(sent.filter { $0.bytes.first == 0 }.count == 2)
        #expect(sent.filter { $0.text.hasPrefix("M-SEARCH") }.count == 2)
    }

    @Test func `the first to grant wins and the others fall silent`() {
        let gateway = PCPGateway()
        var mapper = mapper()
        answer(&mapper, gateway, at: start)
        let events = mapper.drainEvents()
        #expect(events == [.mapped(Network.mapped(.pcp, port: 6_000))])
        #expect(mapper.mapping?.method == .pcp)
        let later = mapper.run(from: start, until: start + .seconds(3_599))
        #expect(later.isEmpty, "nothing until the renewal")
    }

    @Test func `a gateway that speaks only NAT-PMP is found though it refuses PCP`() {
        let gateway = PCPGateway()
        gateway.speaksPCP = false
        var mapper = mapper()
        answer(&mapper, gateway, at: start)
        let events = mapper.drainEvents()
        #expect(events == [.mapped(Network.mapped(.natPMP, port: 6_000))])
    }

    @Test func `a gateway that speaks only UPnP is found`() {
        let gateway = UPnPGateway()
        var mapper = mapper()
        let now = start
        mapper.talk(to: gateway, at: now) { $0.streamEnded(on: $1, at: now) }
        let events = mapper.drainEvents()
        #expect(events == [.mapped(Network.mapped(.upnp, port: 6_000))])
    }

    @Test func `when nobody answers it says so once`() {
        var mapper = mapper()
        _ = mapper.run(from: start, until: start + .seconds(600))
        let events = mapper.drainEvents()
        #expect(events == [.unavailable(.noAnswer)])
        #expect(mapper.nextDeadline == nil)
    }

    @Test func `it removes at the end, by every way that may hold something`() {
        let gateway = PCPGateway()
        var mapper = mapper()
        answer(&mapper, gateway, at: start)
        _ = mapper.drainEvents()
        #expect(gateway.mapped == [5_000])
        mapper.stop(at: start + .seconds(9))
        answer(&mapper, gateway, at: start + .seconds(9))
        let events = mapper.drainEvents()
        #expect(events == [.removed])
        #expect(gateway.mapped.isEmpty)
    }

    /// Whoever took the answers to what was asked before for those to the removal would leave the port forwarded.
    @Test(arguments: [2, 0] as [UInt8]) func `answers that come late do not end the removal`(_ first: UInt8) throws {
        let gateway = PCPGateway()
        var mapper = mapper()
        let asked = mapper.drain(at: start).filter { $0.path.remote == Network.server }
        let ordered = asked.filter { $0.bytes[0] == first } + asked.filter { $0.bytes[0] != first }
        let answers = ordered.compactMap { gateway.answer($0.bytes, at: start) }
        #expect(answers.count == 3)
        var isStopping = false
        for answer in answers {
            mapper.take(answer, on: Network.path, at: start)
            if !isStopping, mapper.mapping != nil {
                mapper.stop(at: start)
                isStopping = true
            }
        }
        let before = mapper.drainEvents()
        #expect(isStopping && !before.contains(.removed))
        self.answer(&mapper, gateway, at: start)
        let events = mapper.drainEvents()
        #expect(events == [.removed])
        #expect(gateway.mapped.isEmpty)
    }

    /// The same where what was asked first was sent twice: the second answer comes when the removal is under way.
    @Test func `an answer that comes twice does not end the removal`() throws {
        let gateway = PCPGateway()
        var mapper = mapper()
        let asked = mapper.drain(at: start).filter { $0.path.remote == Network.server }
        let answers = asked.compactMap { gateway.answer($0.bytes, at: start) }
        for answer in answers { mapper.take(answer, on: Network.path, at: start) }
        mapper.stop(at: start)
        for answer in answers { mapper.take(answer, on: Network.path, at: start) }
        self.answer(&mapper, gateway, at: start)
        let removals = mapper.drainEvents().filter { $0 == .removed }
        #expect(removals == [.removed])
        #expect(gateway.mapped.isEmpty)
    }

    @Test func `removal ends though the gateway is gone`() {
        let gateway = PCPGateway()
        var mapper = mapper()
        answer(&mapper, gateway, at: start)
        _ = mapper.drainEvents()
        mapper.stop(at: start + .seconds(9))
        _ = mapper.run(from: start + .seconds(9), until: start + .seconds(60))
        let events = mapper.drainEvents()
        #expect(events == [.removed])
        #expect(mapper.nextDeadline == nil)
    }

    @Test func `a lost mapping makes it ask all again`() {
        let gateway = PCPGateway()
        gateway.grantedSeconds = 60
        var mapper = mapper()
        answer(&mapper, gateway, at: start)
        _ = mapper.drainEvents()
        let sent = mapper.run(from: start, until: start + .seconds(61))
        let events = mapper.drainEvents()
        #expect(events.first == .lost(Network.mapped(.pcp, port: 6_000, seconds: 60)))
        #expect(sent.contains { $0.1.text.hasPrefix("M-SEARCH") })
    }

    @Test func `spoofed answers win nothing`() {
        let gateway = PCPGateway()
        var mapper = mapper()
        for packet in mapper.drain(at: start) {
            guard let answer = gateway.answer(packet.bytes, at: start) else { continue }
            let refused = mapper.take(answer, on: Network.stranger, at: start)
            #expect(refused == .unexpectedSource)
        }
        #expect(mapper.mapping == nil)
    }

    @Test func `a run is the same twice`() {
        let gateway = PCPGateway()
        gateway.speaksPCP = false
        gateway.speaksNATPMP = false
        var first = mapper()
        var second = mapper()
        let one = first.run(from: start, until: start + .seconds(300)).map(\.1)
        let two = second.run(from: start, until: start + .seconds(300)).map(\.1)
        #expect(one == two)
    }
}
