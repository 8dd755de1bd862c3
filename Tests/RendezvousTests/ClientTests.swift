import Rendezvous
import Testing
import WireFormat

/// The client by itself: its timers, its backoff, and a server that misbehaves.
@Suite struct ClientTests {
    private static func client(
        _ purpose: RendezvousClient.Purpose = .hostRoom(nil), seed: UInt64 = 1
    ) -> RendezvousClient {
        RendezvousClient(purpose: purpose, random: SeededRandom(seed: seed), now: .zero)
    }

    @Test func backoffGrowsWithJitterAndHasACeiling() {
        var waits: [[Double]] = []
        for seed in 1...50 as ClosedRange<UInt64> {
            var client = Self.client(seed: seed)
            var now = Instant.zero
            var row: [Double] = []
            for _ in 0..<12 {
                client.transportClosed(at: now)
                guard case .backingOff(let until) = client.state else { return #expect(Bool(false)) }
                #expect(client.nextDeadline == until)
                row.append((until - now).seconds)
                now = until
                client.advance(to: now)
                #expect(client.state == .connecting)
            }
            waits.append(row)
        }
        for (step, row) in waits[0].indices.map({ step in (step, waits.map { $0[step] }) }) {
            let span = min(0.5 * Double(1 << step), 30)
            #expect(row.allSatisfy { $0 >= span / 2 && $0 <= span })
            #expect(Set(row).count > 40, "no jitter in step \(step)")
        }
    }

    /// Somebody looks at a frozen picture: no wait is longer than two seconds, one under way included.
    @Test func backoffIsShortWhileASessionNeedsSignaling() {
        for seed in 1...50 as ClosedRange<UInt64> {
            var client = Self.client(seed: seed)
            var now = Instant.zero
            for attempt in 0..<12 {
                client.transportClosed(at: now)
                if attempt == 8 {
                    client.setNeeded(true, at: now)
                    client.setNeeded(true, at: now)
                }
                guard case .backingOff(let until) = client.state else { return #expect(Bool(false)) }
                #expect(client.nextDeadline == until)
                if attempt >= 8 { #expect(until - now >= .seconds(1) && until - now <= .seconds(2)) }
                now = until
                client.advance(to: now)
            }
            client.setNeeded(false, at: now)
            client.transportClosed(at: now)
            guard case .backingOff(let until) = client.state else { return #expect(Bool(false)) }
            #expect(until - now >= .seconds(15), "the server is spared again")
        }
    }

    @Test("A request that came along with the transport is not sent again", arguments: [false, true])
    func firstMessage(isTaken: Bool) throws {
        let room = try #require(RoomNumber(7))
        var client = Self.client(.join(.room(room), offer: [1, 2, 3]))
        let message = try #require(client.firstMessage)
        #expect(message == (try SignalingMessage.join(.room(room), offer: [1, 2, 3]).encoded()))
        client.transportOpened(isFirstMessageTaken: isTaken, at: .zero)
        #expect(client.firstMessage == nil)
        var isSent = false
        let sent = [UInt8](capacity: SignalingLimits.messageBytes) { output in
            isSent = client.pollTransmit(into: &output, at: .zero)
        }
        #expect(isSent == !isTaken)
        #expect(isTaken || sent == message)
        // Another transport knows nothing of it.
        client.transportClosed(at: .zero)
        client.advance(to: .zero + .seconds(60))
        #expect(client.firstMessage == message)
    }

    @Test func hostsHaveNoFirstMessage() { #expect(Self.client().firstMessage == nil) }

    @Test func aSilentServerIsLeft() throws {
        var client = Self.client()
        client.transportOpened(at: .zero)
        client.advance(to: .zero + .seconds(11))
        guard case .backingOff = client.state else { return #expect(Bool(false)) }
        client = Self.client()
        client.transportOpened(at: .zero)
        let welcome = try SignalingMessage.welcome(heartbeatSeconds: 10, source: TransportAddress("192.0.2.1:1")!)
            .encoded()
        try client.receive(welcome.span, at: .zero)
        while case .connect? = client.pollEvent() {}
        client.advance(to: .zero + .seconds(31))
        guard case .backingOff = client.state else { return #expect(Bool(false)) }
        var last: RendezvousClient.Event?
        while let event = client.pollEvent() { last = event }
        #expect(last == .disconnect(.timedOut))
    }

    @Test func aFullQueueIsAnError() throws {
        var world = SignalingWorld(seed: 1)
        let (host, _, session) = try world.introduce()
        var sent = 0
        #expect(throws: SignalingFailure.queueFull) {
            while sent < 10_000 {
                try world.clients[host].trickle(session, [1])
                sent += 1
            }
        }
        #expect(sent == 256)
    }

    @Test func actionsOutOfPlaceThrow() throws {
        var client = Self.client()
        #expect(throws: SignalingFailure.unknown) { try client.answer(MessageTests.session, []) }
        #expect(throws: SignalingFailure.unknown) { try client.trickle(MessageTests.session, []) }
        #expect(throws: SignalingFailure.unexpected) { try client.prove([]) }
        let ping = try SignalingMessage.ping(1).encoded()
        #expect(throws: SignalingFailure.unexpected) { try client.receive(ping.span, at: .zero) }
    }

    @Test func aRefusedConnectionIsNotTriedAgain() throws {
        var client = Self.client()
        client.transportOpened(at: .zero)
        let refusal = try SignalingMessage.refused(.connection, .badVersion, retryAfterSeconds: 0).encoded()
        try client.receive(refusal.span, at: .zero)
        #expect(client.state == .finished(.badVersion))
        #expect(client.nextDeadline == nil)
        client.transportClosed(at: .zero)
        #expect(client.state == .finished(.badVersion))
    }

    @Test func aBusyServerIsTriedAgainWhenItSaysSo() throws {
        var client = Self.client()
        client.transportOpened(at: .zero)
        let refusal = try SignalingMessage.refused(.connection, .rateLimited, retryAfterSeconds: 30).encoded()
        try client.receive(refusal.span, at: .zero)
        let next = try #require(client.nextDeadline)
        #expect(next >= .zero + .seconds(30))
    }

    /// A machine that slept, or was cut off, finds the server's word of its silence: no reason to give up.
    @Test func aServerThatHeardNothingIsTriedAgain() throws {
        var client = Self.client()
        client.transportOpened(at: .zero)
        try Self.tell(&client, .refused(.connection, .timedOut, retryAfterSeconds: 0))
        guard case .backingOff = client.state else { return #expect(Bool(false), "\(client.state)") }
        #expect(client.nextDeadline != nil)
    }

    /// The room was given up before the server had said that it is open.
    @Test func anAnswerThatWasOvertakenOpensNothing() throws {
        var client = Self.client()
        client.transportOpened(at: .zero)
        try Self.tell(&client, Self.welcome)
        var sent = try Self.sent(by: &client)
        let first = try #require(sent.compactMap(\.wantedRoom).first)
        try client.renewRoom(.codeBurned, at: .zero)
        sent = try Self.sent(by: &client)
        let second = try #require(sent.compactMap(\.wantedRoom).first)
        _ = Self.events(of: &client)
        try Self.tell(&client, .hosting(.room(first), token: [UInt8](repeating: 1, count: 16)))
        var events = Self.events(of: &client)
        #expect(events.isEmpty)
        // Whoever still came by the old number is sent away at once.
        try Self.tell(&client, .incoming(MessageTests.session, offer: [1], servers: []))
        sent = try Self.sent(by: &client)
        #expect(sent == [.leave(MessageTests.session, .roomBusy)])
        try Self.tell(&client, .hosting(.room(second), token: [UInt8](repeating: 2, count: 16)))
        events = Self.events(of: &client)
        #expect(events == [.hosting(.room(second))])
    }

    /// A request that was put off, and made by another way meanwhile, is not made again: the server would take it for
    /// nonsense.
    @Test func aRequestIsMadeOnce() throws {
        var client = Self.client()
        client.transportOpened(at: .zero)
        try Self.tell(&client, Self.welcome)
        try Self.tell(&client, .refused(.hosting, .rateLimited, retryAfterSeconds: 10))
        _ = try Self.sent(by: &client)
        try client.renewRoom(.finished, at: .zero)
        var sent = try Self.sent(by: &client)
        let room = try #require(sent.compactMap(\.wantedRoom).first)
        try Self.tell(&client, .hosting(.room(room), token: [UInt8](repeating: 2, count: 16)))
        client.advance(to: .zero + .seconds(11))
        sent = try Self.sent(by: &client)
        #expect(sent.compactMap(\.wantedRoom).isEmpty)
    }

    /// The transport may have died with the path of a session.
    @Test(arguments: [false, true]) func signalingThatIsNeededShowsThatItLives(_ lives: Bool) throws {
        var client = Self.client()
        client.transportOpened(at: .zero)
        try Self.tell(&client, Self.welcome)
        _ = try Self.sent(by: &client)
        client.setNeeded(true, at: .zero + .seconds(1))
        let sent = try Self.sent(by: &client)
        #expect(sent == [.ping(1)])
        if lives { try Self.tell(&client, .pong(1), at: .zero + .seconds(2)) }
        client.advance(to: .zero + .seconds(7))
        let isLeft = if case .backingOff = client.state { true } else { false }
        #expect(isLeft == !lives)
    }

    private static let welcome = SignalingMessage.welcome(
        heartbeatSeconds: 30, source: TransportAddress("192.0.2.1:1")!)

    private static func tell(
        _ client: inout RendezvousClient, _ message: SignalingMessage, at now: Instant = .zero
    ) throws {
        let bytes = try message.encoded()
        try client.receive(bytes.span, at: now)
    }

    private static func sent(by client: inout RendezvousClient) throws -> [SignalingMessage] {
        var messages: [SignalingMessage] = []
        while let message = try next(of: &client) { messages.append(message) }
        return messages
    }

    private static func next(of client: inout RendezvousClient) throws -> SignalingMessage? {
        let bytes = [UInt8](capacity: SignalingLimits.messageBytes) { output in
            _ = client.pollTransmit(into: &output, at: .zero)
        }
        return bytes.isEmpty ? nil : try SignalingMessage(bytes.span)
    }

    private static func events(of client: inout RendezvousClient) -> [RendezvousClient.Event] {
        var events: [RendezvousClient.Event] = []
        while let event = client.pollEvent() { events.append(event) }
        return events
    }

    /// A server that says anything at all, in any order, does not trap the client.
    @Test(arguments: 1...6 as ClosedRange<UInt64>)
    func anyServerIsSurvived(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let purposes: [RendezvousClient.Purpose] = [
            .hostRoom(nil), .hostIdentity(MessageTests.host), .join(.room(RoomNumber(1)!), offer: [1]),
        ]
        var client = Self.client(purposes[Int(seed % 3)], seed: seed)
        var now = Instant.zero
        for _ in 0..<5_000 {
            switch random.next() % 8 {
            case 0: client.transportOpened(at: now)
            case 1 where random.next() % 8 == 0: client.transportClosed(at: now)
            case 2:
                now = now + .milliseconds(Int64(random.next() % 5_000))
                client.advance(to: now)
            case 3:
                let time = now
                let sent = [UInt8](capacity: SignalingLimits.messageBytes) { output in
                    _ = client.pollTransmit(into: &output, at: time)
                }
                if !sent.isEmpty { _ = try SignalingMessage(sent.span) }
            default:
                let sample = MessageTests.samples[Int(random.next() % UInt64(MessageTests.samples.count))]
                if case .refused(.connection, _, 0) = sample { continue }
                let bytes = try sample.encoded()
                try? client.receive(bytes.span, at: now)
            }
            var events = 0
            while client.pollEvent() != nil { events += 1 }
            #expect(events < 100)
        }
    }
}

extension SignalingMessage {
    fileprivate var wantedRoom: RoomNumber? {
        if case .openRoom(let room, _) = self { room } else { nil }
    }
}
