import Rendezvous
import Testing
import WireFormat

/// A server that lets some meet some, its clients, and what becomes of them.
@Suite struct PolicyTests {
    private static let staff = PolicyTextTests.key(1)
    private static let stranger = PolicyTextTests.key(8)
    private static let own = PolicyTextTests.key(4)

    private static let text = """
        group staff
            k1
        group own
            k4
        allow staff to own %TERMS%
        allow anyone to codes %TERMS%
        """

    /// A world with a host that waits, under its key or a code.
    private func world(
        terms: String = "", byKey: Bool = true
    ) throws -> (world: SignalingWorld, host: Int, venue: Venue) {
        var world = SignalingWorld(seed: 1)
        let text = Self.text.split(separator: "%TERMS%", omittingEmptySubsequences: false).joined(separator: terms)
        world.policy = try PolicyTextTests.parse(text)
        let host = world.add(byKey ? .hostIdentity(Self.own) : .hostRoom(nil))
        world.settle()
        guard case .hosting(let venue) = world.clients[host].state else { throw SignalingFailure.unknown }
        _ = world.takeEvents(of: host)
        return (world, host, venue)
    }

    private func come(_ key: HostIdentifier?, to venue: Venue, _ world: inout SignalingWorld, lies: Bool = false) -> Int
    {
        let number = world.clients.count
        world.keys[number] = key
        if lies { world.liars.insert(number) }
        let viewer = world.add(.join(venue, offer: [1]))
        world.settle()
        return viewer
    }

    private func isIntroduced(_ events: [RendezvousClient.Event]) -> Bool {
        events.contains { if case .joined = $0 { true } else { false } }
    }

    @Test func aKeyThatIsLetInMeetsTheHost() throws {
        var (world, host, venue) = try world()
        let viewer = come(Self.staff, to: venue, &world)
        #expect(isIntroduced(world.takeEvents(of: viewer)))
        let met = world.serverEvents.compactMap { event in
            if case .introduced(_, let introduction) = event { introduction } else { nil }
        }
        #expect(met.map(\.identity) == [.proven(Self.staff)])
        #expect(world.takeEvents(of: host).contains { $0.session != nil })
    }

    @Test(arguments: [nil, PolicyTextTests.key(8)], [false, true])
    func anybodyElseIsRefusedAndTheHostHearsNothing(_ key: HostIdentifier?, lies: Bool) throws {
        var (world, host, venue) = try world()
        // Whoever names a key without its secret is no better off than who names none.
        let viewer = come(lies ? Self.staff : key, to: venue, &world, lies: lies)
        let reason: Reason = lies ? .badProof : .forbidden
        #expect(world.takeEvents(of: viewer).last == .refused(.joining, reason))
        #expect(world.takeEvents(of: host).isEmpty)
        #expect(world.server.statistics.refusedTotal(reason) == 1)
        #expect(world.server.statistics.sessions == 0)
        let declined = world.serverEvents.compactMap { event in
            if case .declined(_, let introduction, let reason) = event { (introduction.venue, reason) } else { nil }
        }
        #expect(declined.count == 1 && declined[0] == (venue, reason))
    }

    @Test("where the key decides nothing nobody is asked for it, and joining takes one round trip")
    func privacy() throws {
        var (world, host, venue) = try world(terms: "recorded,time=30m", byKey: false)
        let viewer = come(Self.stranger, to: venue, &world)
        let terms = SessionTerms(isRecorded: true, timeLimit: .seconds(1_800))
        let permits = (world.takeEvents(of: host) + world.takeEvents(of: viewer)).compactMap { event -> Permit? in
            switch event {
            case .identityWanted, .termsOffered: Issue.record("asked")
            case .incoming(_, let offer, _, let permit):
                #expect(offer == [1])
                return permit
            case .joined(_, _, let permit): return permit
            default: break
            }
            return nil
        }
        #expect(permits.map(\.terms) == [terms, terms])
        // Each side has its own: who has one of them cannot meet himself.
        #expect(permits.compactMap(\.ticket.last) == [SignalingWorld.hostMark, SignalingWorld.viewerMark])
    }

    @Test("terms that change the way reach the viewer before its offer reaches the host", arguments: [false, true])
    func anotherOffer(byKey: Bool) throws {
        var (world, host, venue) = try world(terms: "relay-only", byKey: byKey)
        let viewer = come(Self.staff, to: venue, &world)
        let terms = SessionTerms(way: .relayOnly)
        #expect(world.takeEvents(of: viewer).contains(.termsOffered(terms)))
        let offers = world.takeEvents(of: host).compactMap { event in
            if case .incoming(_, let offer, _, _) = event { offer } else { nil }
        }
        #expect(offers == [SignalingWorld.offer(under: terms)])
    }

    @Test("a viewer that does not go on is forgotten", arguments: ["", "direct-only"])
    func silence(terms: String) throws {
        var (world, host, venue) = try world(terms: terms, byKey: terms.isEmpty)
        let connection = try world.connectRaw(from: "192.0.2.99:1")
        let join = try SignalingMessage.join(venue, offer: [1]).encoded()
        try world.server.receive(join.span, from: connection, at: world.now)
        world.settle()
        #expect(world.server.statistics.sessions == 1)
        world.run(for: .seconds(11))
        #expect(world.server.statistics.sessions == 0)
        #expect(world.takeEvents(of: host).isEmpty)
        // What comes too late says nothing, and harms nobody.
        for message in [SignalingMessage.identity(nil, proof: []), .agree(offer: [2])] {
            let bytes = try message.encoded()
            try world.server.receive(bytes.span, from: connection, at: world.now)
        }
        world.settle()
        #expect(world.server.statistics.malformedTotal == 0)
    }

    @Test("a viewer has as long to agree to terms as to say who it is, however long that took")
    func viewerDeadlines() throws {
        var (world, _, venue) = try world(terms: "relay-only")
        let connection = try world.connectRaw(from: "192.0.2.99:1")
        let join = try SignalingMessage.join(venue, offer: [1]).encoded()
        try world.server.receive(join.span, from: connection, at: world.now)
        world.run(for: .seconds(9))
        let proof = try SignalingMessage.identity(Self.staff, proof: [7, 6, 5]).encoded()
        try world.server.receive(proof.span, from: connection, at: world.now)
        world.run(for: .seconds(9))
        #expect(world.server.statistics.sessions == 1)
        world.run(for: .seconds(2))
        #expect(world.server.statistics.sessions == 0)
    }

    @Test func aSessionWhoseTimeIsOverHasNoSignaling() throws {
        var (world, host, venue) = try world(terms: "time=60s")
        _ = come(Self.staff, to: venue, &world)
        let session = try #require(world.takeEvents(of: host).compactMap(\.session).first)
        try world.clients[host].answer(session, [2])
        world.run(for: .seconds(119))
        #expect(world.server.statistics.sessions == 1)
        world.run(for: .seconds(2))
        #expect(world.server.statistics.sessions == 0)
        #expect(world.takeEvents(of: host).last == .ended(session, .expired))
    }

    @Test("peers show their tickets to meet again; who has none is refused once and for all")
    func meetings() throws {
        var (world, host, venue) = try world()
        let viewer = come(Self.staff, to: venue, &world)
        let session = try #require(world.takeEvents(of: host).compactMap(\.session).first)
        try world.clients[host].answer(session, [2])
        for client in [host, viewer] {
            try world.clients[client].setMeeting(MeetingTests.meeting, for: session, at: world.now)
        }
        world.settle()
        world.stopServer()
        world.startServer()
        world.run(for: .seconds(60))
        #expect(world.takeEvents(of: viewer).contains(.met(session, servers: SignalingWorld.servers)))

        let strangers = try ["192.0.2.98:1", "192.0.2.99:1"].map { try world.connectRaw(from: $0) }
        let other = MeetingIdentifier([UInt8](repeating: 9, count: 16))!
        let resume = try SignalingMessage.resume(other).encoded()
        let before = world.server.statistics.refusedTotal(.forbidden)
        for stranger in strangers { try world.server.receive(resume.span, from: stranger, at: world.now) }
        world.settle()
        #expect(world.server.statistics.refusedTotal(.forbidden) == before + 2)
    }

    @Test("a challenge, or terms, of a server that nobody asked are not answered")
    func uninvited() throws {
        var client = RendezvousClient(purpose: .hostRoom(RoomNumber(3)), random: SeededRandom(seed: 1), now: .zero)
        client.transportOpened(at: .zero)
        let terms = try SignalingMessage.terms(SessionTerms()).encoded()
        #expect(throws: SignalingFailure.unexpected) { try client.receive(terms.span, at: .zero) }
        var viewer = RendezvousClient(
            purpose: .join(.room(RoomNumber(3)!), offer: [1]), random: SeededRandom(seed: 1), now: .zero)
        viewer.transportOpened(at: .zero)
        let challenge = try SignalingMessage.challenge([1]).encoded()
        try viewer.receive(challenge.span, at: .zero)
        #expect(throws: SignalingFailure.unexpected) { try viewer.receive(challenge.span, at: .zero) }
        try viewer.receive(terms.span, at: .zero)
        #expect(throws: SignalingFailure.unexpected) { try viewer.receive(terms.span, at: .zero) }
    }

    @Test("a permit survives the wire, and so does a ticket")
    func wire() throws {
        for ways in SessionTerms.Way.allCases {
            for limit in [nil, Interval.seconds(1), .seconds(86_400)] {
                let permit = Permit(
                    terms: SessionTerms(way: ways, isRecorded: limit != nil, timeLimit: limit), ticket: [1, 2, 3])
                let messages: [SignalingMessage] = [
                    .incoming(MessageTests.session, offer: [7], servers: SignalingWorld.servers, permit: permit),
                    .joined(MessageTests.session, servers: [], permit: permit),
                    .resume(MessageTests.meeting, ticket: permit.ticket),
                ]
                for message in messages {
                    let bytes = try message.encoded()
                    let decoded = try SignalingMessage(bytes.span)
                    #expect(decoded == message)
                }
            }
        }
        let long = Permit(terms: SessionTerms(), ticket: [UInt8](repeating: 0, count: 65))
        #expect(throws: SignalingFailure.tooLong) {
            try SignalingMessage.joined(MessageTests.session, servers: [], permit: long).encoded()
        }
    }
}
