import SecureChannel
import Testing
import WireFormat

/// The handshake on the path alone, through what networks do to datagrams.
@Suite struct PathHandshakeTests {
    @Test func `takes one datagram each way and one round trip`() throws {
        let world = PathWorld()
        let viewer = try world.addViewer()
        world.run(for: .seconds(1))
        #expect(world.isComplete(viewer))
        #expect(world.viewers[viewer].finishedAt == Instant.zero + PathWorld.delay * 2)
        #expect(world.datagrams.count == 2)
        #expect(world.datagrams[0].bytes.count == 1_200)
        #expect(world.datagrams[1].bytes.count < 1_200)
    }

    @Test func `a cookie costs one round trip more, and nothing else`() throws {
        let world = PathWorld()
        world.listener.isBusy = true
        let viewer = try world.addViewer()
        world.run(for: .seconds(1))
        #expect(world.isComplete(viewer))
        #expect(world.viewers[viewer].finishedAt == Instant.zero + PathWorld.delay * 4)
        #expect(world.datagrams.map(\.bytes.count) == [1_200, 34, 1_200, world.datagrams[3].bytes.count])
    }

    /// Of each kind of exchange every datagram is lost in turn, then every two that follow each other.
    @Test(arguments: [(payload: 60, isBusy: false), (60, true), (3_000, false), (3_000, true)])
    func `any datagram may be lost`(_ kind: (payload: Int, isBusy: Bool)) throws {
        let whole = PathWorld()
        whole.listener.isBusy = kind.isBusy
        try whole.addViewer(payload: kind.payload)
        whole.run(for: .seconds(1))
        #expect(whole.isComplete(0))
        for first in whole.datagrams.indices {
            for count in 1...2 {
                let world = PathWorld()
                world.listener.isBusy = kind.isBusy
                world.fate = { number, _ in (first..<first + count).contains(number) ? [] : [.zero] }
                try world.addViewer(payload: kind.payload)
                world.run(for: .seconds(4))
                #expect(world.isComplete(0), "without \(first), \(count)")
                #expect(world.begun.count == 1)
            }
        }
    }

    /// RFC 9147 section 5.8.1 has timers double.
    @Test func `sends again after 250 ms, then after twice as long each time, up to 4 s`() throws {
        let world = PathWorld()
        world.fate = { _, _ in [] }
        try world.addViewer()
        world.run(for: .milliseconds(20_000))
        let times = world.datagrams.map { ($0.sentAt - Instant.zero).nanoseconds / 1_000_000 }
        #expect(times == [0, 250, 750, 1_750, 3_750, 7_750, 11_750, 15_750, 19_750])
    }

    @Test(arguments: [60, 3_000]) func `everything may come three times`(_ payload: Int) throws {
        let world = PathWorld()
        world.fate = { _, _ in [.zero, .milliseconds(1), .milliseconds(300)] }
        let viewer = try world.addViewer(payload: payload)
        world.run(for: .seconds(2))
        #expect(world.isComplete(viewer))
        #expect(world.begun.count == 1)
    }

    @Test(arguments: 1...40 as ClosedRange<UInt64>)
    func `datagrams may be lost, doubled and overtake each other`(_ seed: UInt64) throws {
        let world = PathWorld(seed: seed)
        var random = SeededRandom(seed: (seed, 5, 0, 0))
        world.listener.isBusy = seed.isMultiple(of: 2)
        world.fate = { _, _ in
            let copies = [0, 0, 1, 1, 1, 1, 1, 2][Int.random(in: 0..<8, using: &random)]
            return (0..<copies).map { _ in .milliseconds(Int64.random(in: 0...400, using: &random)) }
        }
        let viewer = try world.addViewer(payload: seed.isMultiple(of: 3) ? 3_000 : 200)
        world.run(for: .seconds(60))
        #expect(world.isComplete(viewer))
        #expect(world.begun.count == 1)
    }

    @Test func `one seed gives one run`() throws {
        func trace() throws -> [[UInt8]] {
            let world = PathWorld(seed: 77)
            var random = SeededRandom(seed: 78)
            world.fate = { _, _ in Bool.random(using: &random) ? [.zero] : [] }
            try world.addViewer(payload: 3_000)
            world.run(for: .seconds(20))
            return world.datagrams.map(\.bytes)
        }
        #expect(try trace() == trace())
    }

    /// Sixty of them behind addresses of their own: those beyond the first eight are asked for a cookie.
    @Test func `many viewers come at once`() throws {
        let world = PathWorld()
        for _ in 0..<60 { try world.addViewer() }
        world.run(for: .seconds(10))
        for viewer in 0..<60 { #expect(world.isComplete(viewer), "viewer \(viewer)") }
        #expect(world.begun.count == 60)
        #expect(world.listener.counters.cookiesAsked >= 52)
        #expect(
            world.viewers.allSatisfy { $0.finishedAt == Instant.zero + PathWorld.delay * 2 || $0.finishedAt != nil })
    }

    /// A lost answer is repeated to where the viewer is now, once it has shown that it is there.
    @Test func `the viewer's address may change on the way`() throws {
        let world = PathWorld()
        let before = PathWorld.address(0)
        world.fate = { _, datagram in datagram.destination == before ? [] : [.zero] }
        let viewer = try world.addViewer()
        world.run(for: .milliseconds(100))
        #expect(world.begun.count == 1 && world.viewers[viewer].finishedAt == nil)
        world.move(viewer, to: PathWorld.address(9))
        world.run(for: .milliseconds(100))
        #expect(world.isComplete(viewer))
        #expect(world.begun.count == 1)
        #expect(world.listener.counters.cookiesAsked == 1)
    }

    @Test func `a message for one way is worth nothing on the other`() throws {
        for (made, read) in [(Prologue.Way.pathAlone, Prologue.Way.signaling), (.signaling, .pathAlone)] {
            var pair = try Pair(
                .pinned, viewerPrologue: Prologue(sessionIdentifier: [1], way: made),
                hostPrologue: Prologue(sessionIdentifier: [1], way: read))
            let message = try pair.viewer.write("offer")
            #expect(throws: HandshakeFailure.notAuthentic) { try pair.host.read(message) }
        }
    }

    @Test func `a message that is too long is not begun`() {
        let identifier = InitiationIdentifier(bytes: Array(0..<16))
        #expect(identifier?.bytes == Array(0..<16))
        #expect(InitiationIdentifier(bytes: Array(0..<15)) == nil)
        guard let identifier, let key = PublicKey(bytes: Array(repeating: 7, count: 32)) else { return }
        for (count, fits) in [
            (PathInitiator.maximumMessageCount, true), (PathInitiator.maximumMessageCount + 1, false),
        ] {
            let initiator = PathInitiator(
                identifier: identifier, message: Array(repeating: 0, count: count), host: key, remote: PathWorld.place,
                at: .zero)
            #expect((initiator != nil) == fits)
        }
    }
}
