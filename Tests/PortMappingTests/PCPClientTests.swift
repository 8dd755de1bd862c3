import PortMapping
import Testing
import WireFormat

@Suite struct PCPClientTests {
    let start: Instant = .zero + .seconds(100)

    func client(_ request: MappingRequest = Network.request()) -> PCPClient {
        PCPClient(request, random: SeededRandom(seed: 1))
    }

    /// A client that has its mapping from a gateway.
    func mappedClient(_ gateway: PCPGateway) throws -> PCPClient {
        var client = client()
        client.start(at: start)
        let sent = try #require(client.drain(at: start).first)
        let answer = try #require(gateway.answer(sent.bytes, at: start))
        let refused = client.take(answer, on: Network.path, at: start)
        #expect(refused == nil)
        let events = client.drainEvents()
        #expect(events == [.mapped(Network.mapped(.pcp, port: 6_000))])
        return client
    }

    /// RFC 6887 figures 2 and 9, byte by byte.
    @Test func `a MAP request is laid out as the RFC draws it`() throws {
        var client = client(Network.request(suggestedPort: 6_001))
        client.start(at: start)
        let sent = client.drain(at: start)
        #expect(sent.count == 1)
        let packet = try #require(sent.first)
        #expect(packet.path == Network.path)
        let bytes = packet.bytes
        #expect(bytes.count == 60)
        #expect(Array(bytes[0..<8]) == [2, 1, 0, 0, 0, 0, 0x1C, 0x20])
        #expect(Array(bytes[8..<24]) == [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF, 192, 168, 1, 2])
        #expect(Array(bytes[36..<44]) == [17, 0, 0, 0, 0x13, 0x88, 0x17, 0x71])
        #expect(Array(bytes[44..<60]) == [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF, 0, 0, 0, 0])
    }

    @Test func `requests are resent after three seconds, doubling, and given up`() {
        var client = client()
        client.start(at: start)
        let sent = client.run(from: start, until: start + .seconds(60))
        #expect(sent.count == 3)
        let gaps = zip(sent, sent.dropFirst()).map { ($1.at - $0.at).seconds }
        #expect((2.7...3.3).contains(gaps[0]))
        #expect((4.8...7.3).contains(gaps[1]))
        #expect(Set(sent.map { $0.1.bytes }).count == 1, "a retransmission is the same request, nonce included")
        let events = client.drainEvents()
        #expect(events == [.unavailable(.noAnswer)])
    }

    @Test func `it renews at half life and suggests what it was given`() throws {
        let gateway = PCPGateway()
        var client = try mappedClient(gateway)
        let renewal = try #require(client.nextDeadline)
        #expect(renewal == start + .seconds(3_600))
        client.advance(to: renewal)
        let sent = try #require(client.drain(at: renewal).first)
        #expect(Array(sent.bytes[42..<44]) == [0x17, 0x70])
        #expect(Array(sent.bytes[56..<60]) == [5, 5, 5, 5])
        let answer = try #require(gateway.answer(sent.bytes, at: renewal))
        client.take(answer, on: Network.path, at: renewal)
        let events = client.drainEvents()
        #expect(events.isEmpty, "nothing changed")
        #expect(client.nextDeadline == renewal + .seconds(3_600))
    }

    @Test func `a renewal that changes the address is told`() throws {
        let gateway = PCPGateway()
        var client = try mappedClient(gateway)
        gateway.externalPort = 7_000
        let renewal = start + .seconds(3_600)
        client.advance(to: renewal)
        let sent = try #require(client.drain(at: renewal).first)
        let answer = try #require(gateway.answer(sent.bytes, at: renewal))
        client.take(answer, on: Network.path, at: renewal)
        let events = client.drainEvents()
        #expect(events == [.mapped(Network.mapped(.pcp, port: 7_000))])
    }

    @Test func `a mapping that nobody renews is lost when it expires`() throws {
        let gateway = PCPGateway()
        var client = try mappedClient(gateway)
        _ = client.run(from: start, until: start + .seconds(7_199))
        #expect(client.mapping != nil)
        _ = client.run(from: start, until: start + .seconds(7_201))
        #expect(client.mapping == nil)
        let events = client.drainEvents()
        #expect(events.first == .lost(Network.mapped(.pcp, port: 6_000)))
    }

    @Test func `removal is a lifetime of zero`() throws {
        let gateway = PCPGateway()
        var client = try mappedClient(gateway)
        #expect(gateway.mapped == [5_000])
        client.stop(at: start + .seconds(1))
        let sent = try #require(client.drain(at: start + .seconds(1)).first)
        #expect(Array(sent.bytes[4..<8]) == [0, 0, 0, 0])
        let answer = try #require(gateway.answer(sent.bytes, at: start + .seconds(1)))
        client.take(answer, on: Network.path, at: start + .seconds(1))
        let events = client.drainEvents()
        #expect(events == [.removed])
        #expect(gateway.mapped.isEmpty)
        #expect(client.nextDeadline == nil)
    }

    @Test func `an announcement with an epoch that went back renews at once`() throws {
        let gateway = PCPGateway()
        var client = try mappedClient(gateway)
        let later = start + .seconds(200)
        let announcement: [UInt8] = [2, 0x80, 0, 0, 0, 0, 0, 0] + PCPGateway.word(3) + [UInt8](repeating: 0, count: 12)
        let refused = client.take(announcement, on: Network.path, at: later)
        #expect(refused == nil)
        #expect(client.drain(at: later).count == 1)
    }

    @Test func `an announcement in step changes nothing`() throws {
        let gateway = PCPGateway()
        var client = try mappedClient(gateway)
        let later = start + .seconds(200)
        let announcement: [UInt8] =
            [2, 0x80, 0, 0, 0, 0, 0, 0] + PCPGateway.word(301) + [UInt8](repeating: 0, count: 12)
        client.take(announcement, on: Network.path, at: later)
        #expect(client.drain(at: later).isEmpty)
    }

    /// What comes of the gateway's answer to the first request.
    private func answerFirst(of client: inout PCPClient, by gateway: PCPGateway) throws -> [MappingEvent] {
        client.start(at: start)
        let sent = try #require(client.drain(at: start).first)
        let answer = try #require(gateway.answer(sent.bytes, at: start))
        client.take(answer, on: Network.path, at: start)
        return client.drainEvents()
    }

    @Test func `errors end the attempt, and it is tried again when the gateway said so`() throws {
        let gateway = PCPGateway()
        gateway.result = 8
        var client = client()
        let events = try answerFirst(of: &client, by: gateway)
        #expect(events == [.unavailable(.refused(code: 8))])
        #expect(client.nextDeadline == start + .seconds(30))
        client.advance(to: start + .seconds(30))
        #expect(client.drain(at: start + .seconds(30)).count == 1)
    }

    @Test func `a NAT-PMP gateway's refusal ends it`() throws {
        let gateway = PCPGateway()
        gateway.speaksPCP = false
        var client = client()
        let events = try answerFirst(of: &client, by: gateway)
        #expect(events == [.unavailable(.unsupportedVersion)])
        #expect(client.nextDeadline == nil)
    }

    @Test func `answers from elsewhere, with another nonce or for another port are not used`() throws {
        let gateway = PCPGateway()
        var client = client()
        client.start(at: start)
        let sent = try #require(client.drain(at: start).first)
        let answer = try #require(gateway.answer(sent.bytes, at: start))
        let spoofed = client.take(answer, on: Network.stranger, at: start)
        #expect(spoofed == .unexpectedSource)
        let wrongPort = Path(local: Network.control, remote: TransportAddress(ip: Network.gateway, port: 5_352))
        let fromOtherPort = client.take(answer, on: wrongPort, at: start)
        #expect(fromOtherPort == .unexpectedSource)
        for offset in [24, 35, 36, 40, 41] {
            var changed = answer
            changed[offset] ^= 1
            let reason = client.take(changed, on: Network.path, at: start)
            #expect(reason == .unrelated, "offset \(offset)")
        }
        #expect(client.mapping == nil)
    }

    @Test func `nothing that is cut short, changed or random harms it`() throws {
        let gateway = PCPGateway()
        var client = try mappedClient(gateway)
        var random = SeededRandom(seed: 9)
        let request = [2, 1] + [UInt8](repeating: 0, count: 58)
        let answer = try #require(gateway.answer(request, at: start))
        for length in 0..<answer.count { client.take(Array(answer.prefix(length)), on: Network.path, at: start) }
        for _ in 0..<5_000 {
            var changed = answer
            changed[Int(random.next() % UInt64(changed.count))] = UInt8(truncatingIfNeeded: random.next())
            client.take(changed, on: Network.path, at: start)
            client.take(random.bytes(count: Int(random.next() % 80)), on: Network.path, at: start)
        }
        #expect(client.mapping != nil)
    }
}
