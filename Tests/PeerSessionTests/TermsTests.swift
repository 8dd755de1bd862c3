import FileTransfer
import PeerSession
import SecureChannel
import Testing
import WireFormat

/// What a viewer may do less than another one.
@Suite struct TermsTests {
    private static let hostKeys = World.keys(1)
    private static let limitedKeys = World.keys(2)
    private static let freeKeys = World.keys(3)

    private static var terms: ViewerTerms {
        var terms = ViewerTerms()
        terms.isViewOnly = true
        terms.sharesClipboard = false
        terms.movesFiles = false
        terms.timeLimit = .seconds(60)
        return terms
    }

    private static var generous: SessionConfiguration {
        var configuration = SessionConfiguration()
        configuration.clipboard = ClipboardOffer(selections: [.clipboard], byteLimit: 1_000)
        configuration.paste = PasteLimits(byteLimit: 1_000)
        configuration.files.receives = true
        return configuration
    }

    private func world(timeLimit: Interval? = nil) -> World {
        var configuration = Self.generous
        configuration.timeLimit = timeLimit
        let viewers = AuthorizedViewers([
            (Self.limitedKeys.publicKey, Self.terms), (Self.freeKeys.publicKey, ViewerTerms()),
            (Self.limitedKeys.publicKey, ViewerTerms()),
        ])
        return World(.authorizedKeys(viewers), keys: Self.hostKeys, configuration: configuration, listens: true)
    }

    private func come(_ keys: StaticKeyPair, to world: World, atEntrance: Bool) throws {
        world.run(for: .seconds(1))
        if atEntrance {
            try world.addViewer(at: World.entrance, knowing: Self.hostKeys.publicKey, keys: keys)
        } else {
            try world.addViewer(.publicKey(Self.hostKeys.publicKey), keys: keys, configuration: Self.generous)
        }
        world.run(for: .seconds(2))
        try #require(world.isConnected(0))
    }

    private func hostConfiguration(_ world: World) throws -> SessionConfiguration {
        try #require(world.host.session).configuration
    }

    @Test(arguments: [false, true])
    func `a key's terms bind its session, whichever way it comes`(atEntrance: Bool) throws {
        let world = world()
        try come(Self.limitedKeys, to: world, atEntrance: atEntrance)
        let configuration = try hostConfiguration(world)
        #expect(configuration.isViewOnly && configuration.clipboard == .nothing && configuration.files == .off)
        #expect(configuration.paste == .nothing)
        world.actAsViewer(0) { viewer, _ in viewer.send(.key(keysym: 97, isPressed: true)) }
        world.run(for: .seconds(2))
        #expect(world.hostInput.isEmpty)
        let told = world.viewerEvents[0]
        #expect(told.contains(.session(.inputPolicy(isViewOnly: true))))
        #expect(told.contains(.session(.timeLimit(.seconds(60)))))
        let isOffered = told.contains { if case .session(.clipboardWanted) = $0 { true } else { false } }
        #expect(!isOffered)
        let isPasting = told.contains { if case .session(.paste) = $0 { true } else { false } }
        #expect(!isPasting)
        #expect(!world.hostEvents.contains { if case .session(.clipboardWanted) = $0 { true } else { false } })
        world.run(for: .seconds(55))
        #expect(world.hostEnds.isEmpty && world.viewerEnds(0).isEmpty)
        world.run(for: .seconds(5))
        #expect(world.hostEnds == [.timeIsOver])
        #expect(world.viewerEnds(0) == [.closedByPeer("its time is over")])
    }

    @Test(arguments: [false, true])
    func `another key's session is as the host allows`(atEntrance: Bool) throws {
        let world = world()
        try come(Self.freeKeys, to: world, atEntrance: atEntrance)
        let configuration = try hostConfiguration(world)
        #expect(!configuration.isViewOnly && configuration.files.receives)
        #expect(configuration.clipboard == Self.generous.clipboard && configuration.paste == Self.generous.paste)
        world.actAsViewer(0) { viewer, _ in viewer.send(.key(keysym: 97, isPressed: true)) }
        world.run(for: .seconds(120))
        #expect(world.hostInput == [.key(keysym: 97, isPressed: true)])
        #expect(world.hostEnds.isEmpty)
    }

    @Test func `the shorter of two limits counts`() throws {
        let shorter = world(timeLimit: .seconds(10))
        try come(Self.limitedKeys, to: shorter, atEntrance: false)
        #expect(try hostConfiguration(shorter).timeLimit == .seconds(10))
        let longer = world(timeLimit: .seconds(100))
        try come(Self.limitedKeys, to: longer, atEntrance: false)
        #expect(try hostConfiguration(longer).timeLimit == .seconds(60))
    }

    @Test func `a session by code has the host's limit`() throws {
        var configuration = SessionConfiguration()
        configuration.timeLimit = .seconds(30)
        let world = World(.codes, keys: Self.hostKeys, configuration: configuration)
        world.run(for: .seconds(1))
        try world.addViewer(.code(try #require(world.codes.last)), keys: Self.freeKeys)
        world.run(for: .seconds(25))
        #expect(world.isConnected(0) && world.viewerEnds(0).isEmpty)
        world.run(for: .seconds(10))
        #expect(world.hostEnds == [.timeIsOver])
    }
}
