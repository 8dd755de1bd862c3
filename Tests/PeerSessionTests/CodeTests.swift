import PeerSession
import Rendezvous
import SecureChannel
import Testing
import WireFormat

/// One-time codes: who gets in, and what wrong tries cost.
@Suite struct CodeTests {
    private func world(seed: UInt64 = 1) -> World {
        let world = World(.codes, keys: World.keys(1), seed: seed)
        world.run(for: .seconds(1))
        return world
    }

    @Test func `the right code lets a viewer in`() throws {
        let world = world()
        let code = try #require(world.codes.first)
        let viewer = try world.addViewer(.code(code), keys: World.keys(2))
        world.run(for: .seconds(2))
        #expect(world.isConnected(viewer))
        #expect(world.viewers[viewer].session.figures.sharpFrame != nil)
        #expect(world.viewerEnds(viewer).isEmpty)
        #expect(world.codes == [code], "the code is in use, and no new one is shown beside it")
    }

    @Test func `a wrong code is called that at the viewer, and the right one still works`() throws {
        let world = world()
        let code = try #require(world.codes.first)
        let wrong = try world.addViewer(.code(World.wrong(code)), keys: World.keys(2))
        world.run(for: .seconds(2))
        #expect(world.viewerEnds(wrong) == [.wrongCode])
        #expect(!world.isConnected(wrong))
        let right = try world.addViewer(.code(code), keys: World.keys(3))
        world.run(for: .seconds(2))
        #expect(world.isConnected(right))
    }

    @Test func `the third wrong try burns the code`() throws {
        let world = world()
        let code = try #require(world.codes.first)
        for attempt in 0..<3 {
            #expect(!world.hostEvents.contains(.codeBurned(tries: attempt)))
            let viewer = try world.addViewer(.code(World.wrong(code)), keys: World.keys(UInt64(10 + attempt)))
            world.run(for: .seconds(2))
            #expect(world.viewerEnds(viewer) == [.wrongCode], "try \(attempt + 1)")
        }
        #expect(world.hostEvents.contains(.codeBurned(tries: 3)))
        #expect(world.codes.count == 2)
        let fresh = try #require(world.codes.last)
        #expect(fresh.room != code.room)

        let late = try world.addViewer(.code(code), keys: World.keys(20))
        world.run(for: .seconds(2))
        #expect(world.viewerEnds(late) == [.refusedByServer(.codeBurned)], "the old code is worthless, though right")
        let welcome = try world.addViewer(.code(fresh), keys: World.keys(21))
        world.run(for: .seconds(2))
        #expect(world.isConnected(welcome))
    }

    @Test func `tries that are never finished burn the code, too`() throws {
        let world = world()
        world.concludes = false
        let code = try #require(world.codes.first)
        let venue = Venue.room(try #require(RoomNumber(code.room)))
        var random = SeededRandom(seed: 3)
        for _ in 0..<3 {
            let (_, offer) = try Session<ScreenReceiver>.view(
                .code(World.wrong(code)), keys: World.keys(5), sockets: [], random: &random, at: world.now)
            world.knock(at: venue, offer: offer)
            world.run(for: .milliseconds(50))
        }
        world.run(for: .seconds(25))
        #expect(!world.hostEvents.contains(.codeBurned(tries: 3)), "they have until the handshake's timeout")
        world.run(for: .seconds(10))
        #expect(world.hostEvents.contains(.codeBurned(tries: 3)))
        #expect(world.codes.count == 2)
    }

    @Test func `a session that ran uses its code up`() throws {
        let world = world()
        let code = try #require(world.codes.first)
        let first = try world.addViewer(.code(code), keys: World.keys(2))
        world.run(for: .seconds(2))
        world.actAsViewer(first) { $0.close(at: $1) }
        world.run(for: .seconds(2))
        #expect(world.hostEnds == [.closedByPeer("")])
        let fresh = try #require(world.codes.last)
        #expect(fresh != code)
        let late = try world.addViewer(.code(code), keys: World.keys(3))
        world.run(for: .seconds(2))
        #expect(!world.isConnected(late))
        #expect(world.viewerEnds(late).count == 1)
        let second = try world.addViewer(.code(fresh), keys: World.keys(4))
        world.run(for: .seconds(2))
        #expect(world.isConnected(second))
    }

    @Test func `a code that nobody came for gives way to another`() throws {
        let world = World(.codes, keys: World.keys(1), roomLifetime: .seconds(60))
        world.run(for: .seconds(150))
        #expect(world.codes.count == 3)
        #expect(world.hostEvents.count { $0 == .codeExpired } == 2)
        let viewer = try world.addViewer(.code(try #require(world.codes.last)), keys: World.keys(2))
        world.run(for: .seconds(2))
        #expect(world.isConnected(viewer))
        // Its room goes while the session is there, which brings the next code when it is over.
        world.run(for: .seconds(100))
        #expect(world.codes.count == 3 && world.hostEnds.isEmpty)
        world.actAsViewer(viewer) { $0.close(at: $1) }
        world.run(for: .seconds(2))
        #expect(world.codes.count == 4)
        let next = try world.addViewer(.code(try #require(world.codes.last)), keys: World.keys(3))
        world.run(for: .seconds(2))
        #expect(world.isConnected(next))
    }

    @Test func `a host that closes calls nobody's try a wrong one`() throws {
        let world = world()
        let code = try #require(world.codes.first)
        var random = SeededRandom(seed: 6)
        let (_, offer) = try Session<ScreenReceiver>.view(
            .code(code), keys: World.keys(5), sockets: [], random: &random, at: world.now)
        let knocker = world.knock(at: .room(try #require(RoomNumber(code.room))), offer: offer)
        world.run(for: .milliseconds(100))
        #expect(world.knockerEvents[knocker].contains { if case .answered = $0 { true } else { false } })
        world.actAsHost { $0.close(at: $1) }
        world.run(for: .seconds(1))
        #expect(!world.hostEvents.contains { if case .tryFailed = $0 { true } else { false } })
        #expect(world.knockerReasons(knocker) == [.finished])
        #expect(world.hostEvents.contains(.finished(.finished)))
    }

    /// Its handshake has come through signaling, and no path before it was gone.
    @Test func `a viewer that was never heard leaves its code to the next`() throws {
        let world = world()
        let code = try #require(world.codes.first)
        world.silenced = [World.address(of: 0).ip]
        let first = try world.addViewer(.code(code), keys: World.keys(2))
        world.run(for: .seconds(5))
        #expect(world.viewers[first].session.isEstablished && !world.isConnected(first))
        #expect(world.host.session != nil)
        let second = try world.addViewer(.code(code), keys: World.keys(2))
        world.run(for: .seconds(5))
        #expect(world.isConnected(second))
        #expect(world.hostEnds == [.superseded])
        let third = try world.addViewer(.code(code), keys: World.keys(3))
        world.run(for: .seconds(5))
        #expect(!world.isConnected(third))
        #expect(world.viewers[second].session.isEstablished)
    }

    @Test func `a second viewer with the same code is not let in beside the first`() throws {
        let world = world()
        let code = try #require(world.codes.first)
        let first = try world.addViewer(.code(code), keys: World.keys(2))
        world.run(for: .seconds(2))
        let second = try world.addViewer(.code(code), keys: World.keys(3))
        world.run(for: .seconds(40))
        #expect(!world.isConnected(second))
        #expect(world.viewerEnds(second).count == 1)
        #expect(world.viewerEnds(first).isEmpty, "the first viewer's session goes on")
        #expect(world.viewers[first].session.isEstablished)
    }

    @Test func `two viewers at once with the right code: one gets in`() throws {
        let world = world()
        let code = try #require(world.codes.first)
        let viewers = try [2, 3].map { try world.addViewer(.code(code), keys: World.keys($0)) }
        world.run(for: .seconds(5))
        let isIn = viewers.map { world.viewers[$0].session.isEstablished }
        #expect(isIn.count { $0 } == 1, "\(viewers.map { world.viewerEnds($0) })")
    }

    /// Each guess is answered, and leaves the guesser to see whether it was right.
    @Test(arguments: 0...2) func `whoever guesses has three tries, however many at once`(_ failed: Int) throws {
        let world = world()
        let code = try #require(world.codes.first)
        for attempt in 0..<failed {
            try world.addViewer(.code(World.wrong(code)), keys: World.keys(UInt64(10 + attempt)))
            world.run(for: .seconds(2))
        }
        let venue = Venue.room(try #require(RoomNumber(code.room)))
        var random = SeededRandom(seed: 5)
        for _ in 0..<6 {
            let (_, offer) = try Session<ScreenReceiver>.view(
                .code(World.wrong(code)), keys: World.keys(5), sockets: [], random: &random, at: world.now)
            world.knock(at: venue, offer: offer)
            world.run(for: .milliseconds(50))
        }
        let answers = world.knockerEvents.joined().count { if case .answered = $0 { true } else { false } }
        #expect(failed + answers == HostPeer.maximumTries)
        world.run(for: .seconds(35))
        #expect(world.hostEvents.contains(.codeBurned(tries: HostPeer.maximumTries)))
    }

    /// A viewer joins again with it when the server has come back: it was made with one code.
    @Test func `an offer that comes again is no other guess`() throws {
        let world = world()
        let code = try #require(world.codes.first)
        let venue = Venue.room(try #require(RoomNumber(code.room)))
        var random = SeededRandom(seed: 5)
        let (_, offer) = try Session<ScreenReceiver>.view(
            .code(World.wrong(code)), keys: World.keys(5), sockets: [], random: &random, at: world.now)
        for _ in 0..<8 {
            world.knock(at: venue, offer: offer)
            world.run(for: .milliseconds(50))
        }
        let answers = world.knockerEvents.joined().count { if case .answered = $0 { true } else { false } }
        #expect(answers == 8)
        world.run(for: .seconds(35))
        let failures = world.hostEvents.filter { if case .tryFailed = $0 { true } else { false } }
        #expect(failures == [.tryFailed(count: 1)])
        let viewer = try world.addViewer(.code(code), keys: World.keys(2))
        world.run(for: .seconds(2))
        #expect(world.isConnected(viewer))
    }

    @Test func `guesses at a code that is gone count for the next one no more`() throws {
        let world = world()
        var random = SeededRandom(seed: 5)
        func guess(_ code: ConnectionCode) throws {
            let (_, offer) = try Session<ScreenReceiver>.view(
                .code(World.wrong(code)), keys: World.keys(5), sockets: [], random: &random, at: world.now)
            world.knock(at: .room(try #require(RoomNumber(code.room))), offer: offer)
            world.run(for: .milliseconds(50))
        }
        let code = try #require(world.codes.first)
        for _ in 0..<2 { try guess(code) }
        let first = try world.addViewer(.code(code), keys: World.keys(2))
        world.run(for: .seconds(2))
        #expect(world.isConnected(first))
        world.actAsViewer(first) { $0.close(at: $1) }
        world.run(for: .seconds(2))
        let next = try #require(world.codes.last)
        #expect(next != code)
        try guess(next)
        let second = try world.addViewer(.code(next), keys: World.keys(3))
        world.run(for: .seconds(2))
        #expect(world.isConnected(second))
        world.run(for: .seconds(40))
        #expect(!world.hostEvents.contains { if case .codeBurned = $0 { true } else { false } })
        let failures = world.hostEvents.filter { if case .tryFailed = $0 { true } else { false } }
        #expect(failures.isEmpty)
    }

    @Test func `offers beyond the negotiation limit are told that the host is busy`() throws {
        let world = world()
        let code = try #require(world.codes.first)
        let venue = Venue.room(try #require(RoomNumber(code.room)))
        var random = SeededRandom(seed: 4)
        let knockers = try (0..<6).map { _ in
            let (_, offer) = try Session<ScreenReceiver>.view(
                .code(code), keys: World.keys(5), sockets: [], random: &random, at: world.now)
            defer { world.run(for: .milliseconds(50)) }
            return world.knock(at: venue, offer: offer)
        }
        world.run(for: .seconds(1))
        let answered = knockers.filter { number in
            world.knockerEvents[number].contains { if case .answered = $0 { true } else { false } }
        }
        #expect(answered.count == HostPeer.maximumTries)
        for number in knockers where !answered.contains(number) {
            #expect(world.knockerReasons(number) == [.roomBusy])
        }
    }
}
