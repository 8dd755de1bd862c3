import SecureChannel
import Testing
import WireFormat

/// What others can do to a host that listens, and to viewers that knock: nothing that lasts.
@Suite struct PathDefenceTests {
    /// They know the host's key, and so pass for initiations; none of their addresses receives anything.
    @Test func `ten thousand spoofed initiations leave nothing behind, and nobody gets more than was sent in his name`()
        throws
    {
        let world = PathWorld()
        world.fate = { _, datagram in datagram.isToHost ? [.zero] : [] }
        let forged = try initiations(10_000, for: world.hostKeys.publicKey)
        for (index, bytes) in forged.enumerated() {
            let address = PathWorld.address(1_000 + index % 5_000)
            world.inject(bytes, from: address)
            if index % 100 == 0 { world.run(for: .milliseconds(10)) }
        }
        world.run(for: .milliseconds(100))
        for number in 0..<5_000 {
            // Two came from each.
            #expect(world.bytes(to: PathWorld.address(1_000 + number)) <= 2 * 1_200)
        }
        let counters = world.listener.counters
        #expect(counters.bytesSent * 10 < counters.bytesReceived, "mostly cookies")
        #expect(counters.cookiesAsked > 9_900)
        #expect(counters.initiations < 100)
        #expect(world.begun.isEmpty, "none was made by who may come")
        #expect(world.highestState < 1_200)

        world.fate = { _, _ in [.zero] }
        let viewer = try world.addViewer()
        world.run(for: .seconds(1))
        #expect(world.isComplete(viewer))
        #expect(world.viewers[viewer].finishedAt.map { $0 - Instant.zero < .milliseconds(1_300) } == true)
    }

    /// While they flood on: the viewer shows a cookie, and has a bucket of its own.
    @Test func `a flood keeps no viewer out`() throws {
        let world = PathWorld()
        let forged = try initiations(4_000, for: world.hostKeys.publicKey)
        for (index, bytes) in forged.enumerated() {
            world.inject(bytes, from: PathWorld.address(1_000 + index))
            if index % 20 == 0 { world.run(for: .milliseconds(1)) }
            if index == 1_000 { try world.addViewer() }
        }
        #expect(world.isComplete(0))
        #expect(world.viewers[0].finishedAt.map { $0 - Instant.zero <= .milliseconds(51 + 4 * 10) } == true)
    }

    /// One address that answers for itself gets eight at once and then two a second.
    @Test func `who shows cookies may still not ask for everything`() throws {
        let world = PathWorld()
        world.listener.isBusy = true
        let stranger = try PathWorldStranger(world)
        for _ in 0..<100 { stranger.knock() }
        #expect(world.listener.counters.initiations == 8)
        world.run(for: .seconds(10))
        for _ in 0..<100 { stranger.knock() }
        #expect(world.listener.counters.initiations == 16)
        let viewer = try world.addViewer()
        world.run(for: .seconds(1))
        #expect(world.isComplete(viewer))
    }

    @Test func `a cookie is for one address, one initiation and a few minutes`() throws {
        let world = PathWorld()
        world.listener.isBusy = true
        let viewer = try world.addViewer()
        world.run(for: .milliseconds(25))
        let withCookie = world.datagrams.last { $0.isToHost }?.bytes ?? []
        #expect(withCookie != world.firstInitiation)
        world.inject(withCookie, from: PathWorld.address(44))
        let asked = world.listener.counters.cookiesAsked
        #expect(asked == 2, "from another address it is none")
        world.inject(withCookie, from: TransportAddress(ip: PathWorld.address(0).ip, port: 50_001))
        #expect(world.listener.counters.cookiesAsked == 3, "nor from another port")
        world.run(for: .seconds(1))
        #expect(world.isComplete(viewer))
    }

    @Test(arguments: [(130, true), (230, true), (250, false)])
    func `a cookie outlives one change of the secret`(_ seconds: Int64, _ isTaken: Bool) throws {
        let world = PathWorld()
        world.listener.isBusy = true
        world.run(for: .seconds(10))
        let address = PathWorld.address(0)
        // The cookie comes, and what it is for is kept back.
        world.fate = { number, datagram in number > 0 && datagram.isToHost ? [] : [.zero] }
        try world.addViewer(at: address)
        world.run(for: .milliseconds(100))
        let withCookie = world.datagrams.last { $0.isToHost }?.bytes ?? []
        // The secret changes every 120 s: at 120 and at 240.
        world.run(for: .seconds(seconds) - (world.now - Instant.zero))
        let before = world.listener.counters.initiations
        world.inject(withCookie, from: address)
        #expect(world.listener.counters.initiations == before + (isTaken ? 1 : 0))
    }

    @Test func `an initiation that was kept and sent again begins nothing`() throws {
        let world = PathWorld()
        let viewer = try world.addViewer()
        world.run(for: .seconds(1))
        #expect(world.isComplete(viewer))
        let kept = world.firstInitiation
        let sent = world.datagrams.count
        world.inject(kept, from: PathWorld.address(0))
        #expect(world.datagrams.count == sent + 1, "its own address gets the same answer again")
        #expect(world.datagrams.last?.bytes == world.datagrams[1].bytes)
        world.inject(kept, from: PathWorld.address(7))
        #expect(world.datagrams.last?.bytes.count == 34, "another is asked for a cookie")
        for _ in 0..<20 {
            try world.addViewer()
            world.run(for: .milliseconds(200))
        }
        #expect(world.begun.count == 21)
        world.inject(kept, from: PathWorld.address(0))
        world.run(for: .seconds(1))
        #expect(world.begun.count == 21, "also after its answer has been forgotten")
    }

    @Test func `a host key that is not this host's is told, and ends nothing`() throws {
        let world = PathWorld()
        var random = SeededRandom(seed: 3)
        let other = StaticKeyPair(random: &random).publicKey
        let stranger = try world.addViewer(knowing: other)
        world.run(for: .seconds(1))
        #expect(world.viewers[stranger].initiator?.hint == .otherKey)
        #expect(world.viewers[stranger].finishedAt == nil)
        #expect(world.listener.counters.initiations == 0)
        #expect(world.datagrams.filter { !$0.isToHost }.allSatisfy { $0.bytes.count == 18 })
        let later = try world.addViewer(version: Prologue.currentVersion + 1)
        world.run(for: .seconds(1))
        #expect(world.viewers[later].initiator?.hint == .otherVersion(Prologue.currentVersion))
    }

    /// On the path, with the viewer's identifier before him: he can waste datagrams and say what he likes.
    @Test func `forged replies end no handshake and are not amplified`() throws {
        let world = PathWorld()
        world.fate = { number, datagram in datagram.isToHost && number < 6 ? [] : [.zero] }
        try world.addViewer()
        var random = SeededRandom(seed: 4)
        let identifier = world.viewers[0].identifier.bytes
        for round in 0..<400 {
            let forged: [UInt8] =
                switch round % 4 {
                case 0: [0xC0] + identifier + [1] + random.bytes(count: 16)
                case 1: [0xC0] + identifier + [2]
                case 2: [0xC2] + identifier + random.bytes(count: 100)
                default: [0xC0] + identifier + [3, 9, 9]
                }
            world.forge(forged, to: 0)
        }
        let sent = world.datagrams.filter { $0.isToHost }.count
        #expect(sent <= 1 + 4, "four cookies are answered at once")
        world.run(for: .seconds(30))
        #expect(world.isComplete(0))
    }

    /// He has seen the viewer's identifier, is faster, and knows the host's public key.
    @Test(arguments: [false, true]) func `an initiation in the viewer's name does not keep its own out`(isBusy: Bool)
        throws
    {
        let world = PathWorld()
        world.listener.isBusy = isBusy
        // The forged ones come first, the viewer's own late.
        world.fate = { _, datagram in datagram.isToHost ? [.milliseconds(5)] : [.zero] }
        let viewer = try world.addViewer()
        var random = SeededRandom(seed: 6)
        var forger = try #require(
            PathInitiator(
                identifier: world.viewers[viewer].identifier, message: random.bytes(count: 200),
                host: world.hostKeys.publicKey, remote: PathWorld.place, sockets: [PathWorld.address(0)], at: .zero))
        let forged = [UInt8](capacity: 1_200) { _ = forger.pollTransmit(into: &$0, at: .zero) }
        for _ in 0..<3 { world.inject(forged, from: PathWorld.address(0)) }
        #expect(world.listener.counters.initiations == (isBusy ? 0 : 3))
        world.run(for: .seconds(1))
        #expect(world.isComplete(viewer))
        #expect(world.begun.count == 1)
    }

    @Test func `who does not know the identifier says nothing to a viewer`() throws {
        let world = PathWorld()
        world.fate = { _, _ in [] }
        try world.addViewer()
        var random = SeededRandom(seed: 5)
        for code in 1...3 as ClosedRange<UInt8> {
            for _ in 0..<200 { world.forge([0xC0] + random.bytes(count: 16) + [code] + random.bytes(count: 16), to: 0) }
        }
        #expect(world.viewers[0].initiator?.hint == nil)
        #expect(world.datagrams.count == 1)
    }

    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func `changed and random datagrams begin nothing and get nothing longer back`(_ seed: UInt64) throws {
        let world = PathWorld(seed: seed)
        let viewer = try world.addViewer()
        world.run(for: .seconds(1))
        var random = SeededRandom(seed: seed)
        let kept = world.firstInitiation
        for _ in 0..<1_000 {
            var bytes = kept
            switch Int.random(in: 0..<4, using: &random) {
            case 0: bytes = [0xC1] + random.bytes(count: Int.random(in: 0...1_471, using: &random))
            case 1: bytes.removeLast(Int.random(in: 1...bytes.count, using: &random))
            default:
                for _ in 0..<Int.random(in: 1...3, using: &random) {
                    bytes[Int.random(in: 0..<bytes.count, using: &random)] ^= UInt8.random(in: 1...255, using: &random)
                }
            }
            let address = PathWorld.address(500 + Int.random(in: 0..<100, using: &random))
            let before = world.bytes(to: address)
            world.inject(bytes, from: address)
            #expect(world.bytes(to: address) - before <= bytes.count)
        }
        #expect(world.isComplete(viewer) && world.begun.count == 1)
    }

    /// Every address that receives what it is sent may have pieces waiting, eight at a time, and not for long.
    @Test func `pieces that never become whole are forgotten`() throws {
        let world = PathWorld()
        world.fate = { _, datagram in datagram.isToHost && datagram.bytes[19] == 2 ? [] : [.zero] }
        for _ in 0..<30 { try world.addViewer(payload: 3_000) }
        world.run(for: .seconds(1))
        #expect(world.begun.isEmpty)
        #expect(world.highestState <= 8 + 64)
        world.fate = { _, _ in [.zero] }
        world.run(for: .seconds(20))
        for viewer in 0..<30 { #expect(world.isComplete(viewer)) }
    }

    private func initiations(_ count: Int, for host: PublicKey) throws -> [[UInt8]] {
        var random = SeededRandom(seed: 99)
        let message = random.bytes(count: 200)
        return try (0..<count).map { _ in
            let identifier = try #require(InitiationIdentifier(bytes: random.bytes(count: 16)))
            var initiator = try #require(
                PathInitiator(
                    identifier: identifier, message: message, host: host, remote: PathWorld.place,
                    sockets: [PathWorld.address(0)], at: .zero))
            return [UInt8](capacity: 1_200) { _ = initiator.pollTransmit(into: &$0, at: .zero) }
        }
    }
}
