import ICE
import PeerSession
import Rendezvous
import SecureChannel
import Testing
import WireFormat

/// What a server's policy makes of sessions: the stricter of its terms and the peers' own, on both sides.
@Suite struct PolicyTests {
    private static let hostKeys = World.keys(1)
    private static let viewerKeys = World.keys(2)

    /// One of the cases that own wishes and terms make.
    struct Case: CustomTestStringConvertible {
        var host: Agent.Policy
        var viewer: Agent.Policy
        var way: SessionTerms.Way
        var byCode: Bool

        var testDescription: String { "host \(host), viewer \(viewer), terms \(way), code \(byCode)" }

        /// What is left of a side's own wish; nil if nothing is.
        func held(_ own: Agent.Policy) -> Agent.Policy? {
            switch (way, own) {
            case (.any, _): own
            case (.relayOnly, .directOnly), (.directOnly, .relayOnly): nil
            case (.relayOnly, _): .relayOnly
            case (.directOnly, _): .directOnly
            }
        }
    }

    static let cases: [Case] = Agent.Policy.allCases.flatMap { host in
        Agent.Policy.allCases.flatMap { viewer in
            SessionTerms.Way.allCases.flatMap { way in
                [false, true].map { Case(host: host, viewer: viewer, way: way, byCode: $0) }
            }
        }
    }

    private func world(_ configuration: SessionConfiguration = SessionConfiguration(), byCode: Bool = false) -> World {
        let access = byCode ? HostAccess.codes : .authorizedKeys([Self.viewerKeys.publicKey])
        let world = World(access, keys: Self.hostKeys, configuration: configuration)
        world.run(for: .seconds(1))
        return world
    }

    @discardableResult
    private func come(
        to world: World, _ configuration: SessionConfiguration = SessionConfiguration(), byCode: Bool = false,
        identifyingServer: String? = nil
    ) throws -> Int {
        let credential: HostCredential =
            byCode ? .code(try #require(world.codes.last)) : .publicKey(Self.hostKeys.publicKey)
        let viewer = try world.addViewer(
            credential, keys: Self.viewerKeys, configuration: configuration, identifyingServer: identifyingServer)
        world.run(for: .seconds(2))
        return viewer
    }

    @Test(arguments: cases)
    func theStricterWayCountsOnBothSides(_ row: Case) throws {
        var own = SessionConfiguration()
        own.policy = row.host
        let world = world(own, byCode: row.byCode)
        world.terms = SessionTerms(way: row.way)
        var wished = SessionConfiguration()
        wished.policy = row.viewer
        try come(to: world, wished, byCode: row.byCode)
        guard let host = row.held(row.host), let viewer = row.held(row.viewer) else {
            #expect(world.viewerEnds(0) == [.refusedByServer(.pathForbidden)])
            #expect(world.host.session == nil)
            let isRefused = world.hostEvents.contains(.refused(.pathForbidden))
            // What the viewer cannot keep to, the host never hears of.
            #expect(isRefused == (row.held(row.viewer) != nil))
            #expect(world.introductions == (isRefused ? 1 : 0))
            return
        }
        #expect(world.viewers[0].session.configuration.policy == viewer)
        let isTold = world.viewerEvents[0].contains(.terms(SessionTerms(way: row.way)))
        #expect(isTold == (row.way != .any))
        // There is no relay in this world: only what may go direct on both sides is ever up.
        let isUp = host != .relayOnly && viewer != .relayOnly
        #expect(world.isConnected(0) == isUp)
        if let session = world.host.session {
            #expect(session.configuration.policy == host)
            #expect(world.hostEvents.contains(.terms(SessionTerms(way: row.way))) == (row.way != .any))
        } else {
            // By a code the viewer proves itself on the path, and there is none.
            #expect(row.byCode && !isUp)
        }
    }

    @Test("relayed only, nothing leaves for the other side on a path of its own")
    func relayedOnlySendsNothingDirect() throws {
        let world = world()
        world.terms = SessionTerms(way: .relayOnly)
        let before = world.datagrams.count
        try come(to: world)
        world.run(for: .seconds(30))
        let direct = world.datagrams.dropFirst(before).filter { $0.path.transport == .udp }
        #expect(direct.isEmpty)
        #expect(world.introductions == 1)
    }

    @Test(
        "what the gateway was asked before the terms came goes on, or is taken back",
        arguments: SessionTerms.Way.allCases)
    func mappings(_ way: SessionTerms.Way) throws {
        let world = world()
        world.terms = SessionTerms(way: way)
        var wished = SessionConfiguration()
        wished.gateway = .v4(0x0A00_00FE)
        try come(to: world, wished)
        // A gateway that stays silent is asked again.
        if way != .relayOnly { world.run(for: .seconds(10)) }
        // RFC 6887 sections 7.1 and 11.1: MAP requests, their lifetime and nonce.
        let requests = world.datagrams.filter { datagram in
            datagram.path.remote.port == 5_351 && datagram.bytes.count == 60 && datagram.bytes[0] == 2
                && datagram.bytes[1] == 1
        }
        #expect(requests.count > 1)
        #expect(Set(requests.map { Array($0.bytes[24..<36]) }).count == 1)
        let deletions = requests.filter { $0.bytes[4..<8].allSatisfy { $0 == 0 } }
        #expect(deletions.isEmpty == (way != .relayOnly))
    }

    /// Own limits and those of the terms, in seconds.
    static let limits: [(own: Int64?, terms: Int64?)] = [nil, 10, 100].flatMap { own in
        [nil, 10, 60].map { (own, $0) }
    }

    @Test(arguments: limits, [false, true])
    func theShorterTimeCounts(_ row: (own: Int64?, terms: Int64?), byCode: Bool) throws {
        var own = SessionConfiguration()
        own.timeLimit = row.own.map { .seconds($0) }
        let world = world(own, byCode: byCode)
        world.terms = SessionTerms(timeLimit: row.terms.map { .seconds($0) })
        try come(to: world, byCode: byCode)
        let limit = [row.own, row.terms].compactMap { $0 }.min()
        #expect(world.host.session?.configuration.timeLimit == limit.map { .seconds($0) })
        let told = world.viewerEvents[0].compactMap { event in
            if case .session(.timeLimit(let limit)) = event { limit } else { nil }
        }
        #expect(told == (limit.map { [.seconds($0)] } ?? []))
        guard let limit else { return }
        world.run(for: .seconds(limit - 4))
        #expect(world.hostEnds.isEmpty && world.viewerEnds(0).isEmpty)
        world.run(for: .seconds(4))
        #expect(world.hostEnds == [.timeIsOver])
        #expect(world.viewerEnds(0) == [.closedByPeer("its time is over")])
    }

    @Test("a viewer ends a session whose host does not")
    func viewerEndsItItself() throws {
        // Its host cannot tell it any more.
        let lone = world()
        lone.terms = SessionTerms(timeLimit: .seconds(60))
        try come(to: lone)
        lone.silenced = [World.hostIP]
        lone.isSignalingSilenced = true
        lone.run(for: .seconds(60))
        #expect(lone.viewerEnds(0).isEmpty)
        lone.run(for: .seconds(6))
        #expect(lone.viewerEnds(0) == [.timeIsOver])
    }

    @Test(arguments: [false, true], [false, true])
    func whatIsToBeRecordedIsRecordedOrIsNot(isRecording: Bool, isRequired: Bool) throws {
        for byCode in [false, true] {
            var own = SessionConfiguration()
            own.isRecording = isRecording
            let world = world(own, byCode: byCode)
            world.terms = SessionTerms(isRecorded: isRequired)
            try come(to: world, byCode: byCode)
            let isUp = isRecording || !isRequired
            #expect(world.isConnected(0) == isUp)
            #expect(world.viewerEvents[0].contains(.session(.recorded)) == (isRecording && isUp))
            #expect(world.viewerEvents[0].contains(.terms(SessionTerms(isRecorded: true))) == isRequired)
            guard !isUp else { continue }
            #expect(world.viewerEnds(0) == [.refusedByServer(.recordingRequired)])
            #expect(world.hostEvents.contains(.refused(.recordingRequired)))
        }
    }

    @Test("a host that refused one viewer for its terms takes the next")
    func hostGoesOn() throws {
        let world = world()
        world.terms = SessionTerms(isRecorded: true)
        try come(to: world)
        #expect(!world.isConnected(0))
        for way in SessionTerms.Way.allCases where way != .relayOnly {
            world.terms = SessionTerms(way: way)
            let viewer = try come(to: world)
            #expect(world.isConnected(viewer), "\(way)")
            world.actAsViewer(viewer) { peer, now in peer.close(at: now) }
            world.run(for: .seconds(2))
            #expect(world.host.session == nil)
        }
    }

    @Test("the server is told who comes if it asks and the viewer lets it", arguments: [nil, "world", "elsewhere"])
    func identity(_ server: String?) throws {
        let world = world()
        world.asksViewers = true
        try come(to: world, identifyingServer: server)
        let own = Self.viewerKeys.publicKey
        switch server {
        case "world"?:
            #expect(world.toldKeys == [own] && world.isConnected(0))
            #expect(world.viewerEvents[0].contains(.identified(own)))
        case nil:
            #expect(world.toldKeys == [nil] && world.isConnected(0))
            #expect(world.viewerEvents[0].contains(.identified(nil)))
        default:
            // A proof for one server convinces no other.
            #expect(world.toldKeys.isEmpty)
            #expect(world.viewerEnds(0) == [.refusedByServer(.badProof)])
        }
    }

    @Test("a server that does not ask learns no key")
    func unasked() throws {
        let world = world()
        world.terms = SessionTerms(way: .directOnly, isRecorded: false, timeLimit: .seconds(60))
        try come(to: world, identifyingServer: "world")
        #expect(world.isConnected(0) && world.toldKeys.isEmpty)
        #expect(!world.viewerEvents[0].contains(.identified(Self.viewerKeys.publicKey)))
    }
}
