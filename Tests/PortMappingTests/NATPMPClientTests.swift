import PortMapping
import Testing
import WireFormat

@Suite struct NATPMPClientTests {
    let start: Instant = .zero + .seconds(100)

    func mappedClient(_ gateway: PCPGateway) throws -> NATPMPClient {
        var client = NATPMPClient(Network.request())
        client.start(at: start)
        for sent in client.drain(at: start) {
            let answer = try #require(gateway.answer(sent.bytes, at: start))
            let refused = client.take(answer, on: Network.path, at: start)
            #expect(refused == nil)
        }
        let events = client.drainEvents()
        #expect(events == [.mapped(Network.mapped(.natPMP, port: 6_000))])
        return client
    }

    /// RFC 6886 sections 3.2 and 3.3.
    @Test func `requests are laid out as the RFC draws them`() {
        var client = NATPMPClient(Network.request(suggestedPort: 6_001))
        client.start(at: start)
        let sent = client.drain(at: start)
        #expect(sent.map(\.bytes) == [[0, 0], [0, 1, 0, 0, 0x13, 0x88, 0x17, 0x71, 0, 0, 0x1C, 0x20]])
        #expect(sent.allSatisfy { $0.path == Network.path })
    }

    @Test func `it asks nine times from 250 ms on, doubling`() {
        var client = NATPMPClient(Network.request())
        client.start(at: start)
        let sent = client.run(from: start, until: start + .seconds(300)).filter { $0.1.bytes.count == 12 }
        #expect(sent.count == 9)
        let gaps = zip(sent, sent.dropFirst()).map { ($1.at - $0.at).nanoseconds / 1_000_000 }
        #expect(gaps == [250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000])
        let events = client.drainEvents()
        #expect(events == [.unavailable(.noAnswer)])
    }

    @Test func `only what is missing is asked again`() throws {
        let gateway = PCPGateway()
        var client = NATPMPClient(Network.request())
        client.start(at: start)
        let first = try #require(client.drain(at: start).first)
        let answer = try #require(gateway.answer(first.bytes, at: start))
        client.take(answer, on: Network.path, at: start)
        client.advance(to: start + .milliseconds(250))
        let again = client.drain(at: start + .milliseconds(250))
        #expect(again.map(\.bytes.count) == [12])
    }

    @Test func `it renews at half life, and a granted lifetime rules`() throws {
        let gateway = PCPGateway()
        gateway.grantedSeconds = 600
        var client = NATPMPClient(Network.request())
        client.start(at: start)
        for sent in client.drain(at: start) {
            client.take(try #require(gateway.answer(sent.bytes, at: start)), on: Network.path, at: start)
        }
        #expect(client.nextDeadline == start + .seconds(300))
        client.advance(to: start + .seconds(300))
        let renewal = client.drain(at: start + .seconds(300))
        #expect(renewal.count == 2)
        #expect(Array(renewal[1].bytes[6..<8]) == [0x17, 0x70])
    }

    @Test func `a gateway that started again is asked again`() throws {
        let gateway = PCPGateway()
        var client = try mappedClient(gateway)
        let later = start + .seconds(50)
        gateway.startedAt = later - .seconds(2)
        let unsolicited = try #require(gateway.answer([0, 0], at: later))
        client.take(unsolicited, on: Network.path, at: later)
        #expect(client.drain(at: later).count == 2)
        #expect(client.mapping != nil, "until we know better")
    }

    @Test func `removal asks for nothing for no time`() throws {
        let gateway = PCPGateway()
        var client = try mappedClient(gateway)
        client.stop(at: start)
        let sent = client.drain(at: start)
        #expect(sent.map(\.bytes) == [[0, 1, 0, 0, 0x13, 0x88, 0, 0, 0, 0, 0, 0]])
        client.take(try #require(gateway.answer(sent[0].bytes, at: start)), on: Network.path, at: start)
        let events = client.drainEvents()
        #expect(events == [.removed])
        #expect(gateway.mapped.isEmpty)
    }

    @Test func `refusals and spoofed answers`() throws {
        let gateway = PCPGateway()
        gateway.result = 2
        var client = NATPMPClient(Network.request())
        client.start(at: start)
        let map = try #require(client.drain(at: start).last)
        let answer = try #require(gateway.answer(map.bytes, at: start))
        let spoofed = client.take(answer, on: Network.stranger, at: start)
        #expect(spoofed == .unexpectedSource)
        client.take(answer, on: Network.path, at: start)
        let events = client.drainEvents()
        #expect(events == [.unavailable(.refused(code: 2))])
    }

    @Test func `nothing that is cut short, changed or random harms it`() throws {
        let gateway = PCPGateway()
        var client = try mappedClient(gateway)
        var random = SeededRandom(seed: 4)
        let answer = try #require(gateway.answer([0, 1, 0, 0, 0x13, 0x88, 0, 0, 0, 0, 0, 9], at: start))
        for length in 0..<answer.count { client.take(Array(answer.prefix(length)), on: Network.path, at: start) }
        for _ in 0..<5_000 {
            var changed = answer
            changed[Int(random.next() % UInt64(changed.count))] = UInt8(truncatingIfNeeded: random.next())
            client.take(changed, on: Network.path, at: start)
            client.take(random.bytes(count: Int(random.next() % 20)), on: Network.path, at: start)
            _ = client.drain(at: start)
            _ = client.drainEvents()
        }
    }
}
