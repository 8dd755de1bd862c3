import STUN
import TURN
import Testing
import WireFormat

/// Floods, forgeries and noise.
@Suite struct AbuseTests {
    /// Whatever is sent without valid credentials over UDP, the answer is never longer, and nothing is kept.
    @Test(arguments: 0..<20)
    func unauthenticatedRequestsAreNeverAmplified(seed: Int) {
        var server = World().server
        var client = RawClient()
        var random = SeededRandom(seed: UInt64(seed))
        client.challenge(&server, at: .zero)
        client.password = "wrong"
        for _ in 0..<500 {
            let methods: [STUN.Method] = [
                .binding, .allocate, .refresh, .createPermission, .channelBind, STUN.Method(rawValue: 0x20),
            ]
            let method = methods[Int(random.next() % 6)]
            let extra = Int(random.next() % 4)
            let isSigned = random.next() % 2 == 0
            let padding = Int(random.next() % 120)
            if random.next() % 3 == 0 { client.nonce = random.bytes(count: Int(random.next() % 30)) }
            var bytes = isSigned ? client.request(method) : client.plainRequest(method, size: padding)
            if !isSigned {
                for index in 0..<extra { bytes += [0x70, UInt8(index), 0, 0] }
                bytes[3] = UInt8(bytes.count - 20)
            }
            let answer = client.exchange(bytes, with: &server, at: .zero)
            #expect((answer?.size ?? 0) <= bytes.count)
        }
        #expect(server.allocationCount == 0 && server.nextDeadline == nil && server.statistics.withheldAnswers > 0)
    }

    /// Allocations that are made and given back, over and over: nothing is kept of them.
    @Test(arguments: [Server.RelayOpening.asked, .implicit]) func allocationsLeaveNothing(opening: Server.RelayOpening)
    {
        var server = World { $0.relayOpening = opening }.server
        var client = RawClient()
        client.challenge(&server, at: .zero)
        for _ in 0..<10_000 {
            let made = client.allocate(&server, at: .zero) { message, packet in
                message.add(.lifetime, UInt32(3_600), to: &packet)
            }
            #expect(made?.isSuccess == true)
            #expect(client.refresh(lifetimeSeconds: 0, &server, at: .zero)?.isSuccess == true)
            while server.pollEvent() != nil {}
        }
        #expect(server.allocationCount == 0)
        #expect(server.expiryCount <= 1_024)
        server.advance(to: .zero + .seconds(3_600))
        #expect(server.expiryCount == 0 && server.nextDeadline == nil)
    }

    /// Our own client is padded enough for each answer that it needs.
    @Test(arguments: [20, 24, 28, 36, 44, 52, 60, 72, 88, 92])
    func shortRequestsGetNoAnswerUnlessTheOperatorSaysSo(size: Int) {
        for policy in [Server.ShortRequests.dropped, .answered] {
            var server = World { $0.shortRequests = policy }.server
            var client = RawClient("[2001:db8::9]:1")
            let binding = client.plainRequest(.binding, size: size)
            let mapped = client.exchange(binding, with: &server, at: .zero)?.mapped
            #expect((mapped != nil) == (policy == .answered || binding.count >= 44))
            let allocate = client.plainRequest(.allocate, size: size)
            let code = client.exchange(allocate, with: &server, at: .zero)?.code
            #expect((code == .unauthenticated) == (policy == .answered || allocate.count >= 92))
            var stream = RawClient(transport: .tcp)
            let short = stream.plainRequest(.allocate, size: 0)
            #expect(stream.exchange(short, with: &server, at: .zero)?.code == .unauthenticated)
        }
    }

    @Test func unpolledAnswersAreBounded() {
        var server = World {
            $0.limits.unauthenticatedRequests = Server.RateLimit(perSecond: 10_000, burst: 10_000)
        }.server
        var client = RawClient()
        let bytes = client.plainRequest(.binding)
        var overloaded = 0
        for _ in 0..<10_000 {
            do { _ = try server.receive(bytes.span, on: client.path, at: .zero) } catch { overloaded += 1 }
        }
        var answers = 0
        while poll({ server.pollTransmit(into: &$0, at: .zero) }) != nil { answers += 1 }
        #expect(answers == 4_096 && overloaded == 10_000 - 4_096)
        #expect(server.statistics.overloaded == UInt64(overloaded))
    }

    /// Noise at every port throughout a session: random, mutated from real traffic, replayed.
    @Test(arguments: 0..<10)
    func noiseEndsNoSession(seed: Int) throws {
        var world = World(seed: UInt64(seed))
        let peer = address("192.0.2.9:5000")
        let (client, relayed) = try world.allocate()
        world.clients[client].bindChannel(to: peer, at: world.now)
        world.run(for: .seconds(1))
        var random = SeededRandom(seed: UInt64(seed) + 50)
        var samples = Self.samples(peer)
        for round in 0..<300 {
            world.send([UInt8(round & 255)], from: client, to: peer)
            world.peerSends([UInt8(round & 255)], from: peer, to: relayed)
            samples += world.inFlight.map(\.bytes)
            if samples.count > 200 { samples.removeFirst(samples.count - 200) }
            for _ in 0..<5 {
                let noise = Self.noise(samples, &random)
                let remote = random.next() % 2 == 0 ? world.clients[client].local : address("198.51.100.66:6")
                world.serverReceives(noise, on: Path(local: World.serverAddress, remote: remote))
                world.serverReceives(noise, on: Path(local: relayed, remote: address("198.51.100.66:6")))
                world.serverReceives(noise, on: Path(transport: .tcp, local: World.serverAddress, remote: remote))
                _ = try? world.clients[client].receive(noise.span, on: world.clients[client].path, at: world.now)
            }
            world.run(for: .seconds(3))
        }
        #expect(world.clients[client].relayedAddress == relayed && world.clients[client].hasChannel(to: peer))
        // Noise from the client's own address may look like ChannelData; what was really sent came through.
        let sent = (0..<300).map { [UInt8($0 & 255)] }
        var expected = sent[...]
        for delivery in world.peerInbox where delivery.bytes == expected.first { expected = expected.dropFirst() }
        #expect(expected.isEmpty)
        #expect(world.clientInbox[client].filter { $0.peer == peer }.count >= 300)
    }

    /// A mutated answer to a client's request does nothing; the real one still counts.
    @Test(arguments: 0..<10)
    func mutatedAnswersAreDropped(seed: Int) throws {
        var world = World(seed: UInt64(seed))
        let (client, _) = try world.allocate()
        var random = SeededRandom(seed: UInt64(seed))
        world.clients[client].permit(address("192.0.2.9:1"), at: world.now)
        world.run(for: .milliseconds(15))
        let answer = try #require(world.inFlight.first?.bytes)
        for _ in 0..<500 {
            var mutated = answer
            mutated[Int(random.next() % UInt64(answer.count))] ^= UInt8(1 << (random.next() % 8))
            // Without its integrity attribute a success is no answer either.
            if random.next() % 8 == 0 {
                mutated = Array(answer.prefix(20))
                mutated[3] = 0
            }
            do {
                let reception = try world.clients[client].receive(
                    mutated.span, on: world.clients[client].path, at: world.now)
                Issue.record("taken: \(reception)")
            } catch {}
        }
        world.run(for: .seconds(1))
        #expect(world.clientEvents[client].last == .permissionInstalled(ip("192.0.2.9")))
    }

    @Test(arguments: 0..<5)
    func randomTrafficNeverTraps(seed: Int) {
        var world = World(seed: UInt64(seed))
        var random = SeededRandom(seed: UInt64(seed) + 9)
        let samples = Self.samples(address("192.0.2.9:5000"))
        for _ in 0..<5_000 {
            let noise = Self.noise(samples, &random)
            world.serverReceives(noise, on: Path(local: World.serverAddress, remote: address("198.51.100.66:6")))
            _ = poll { world.server.pollTransmit(into: &$0, at: .zero) }
        }
        #expect(world.server.allocationCount == 0)
    }

    private static func samples(_ peer: TransportAddress) -> [[UInt8]] {
        var client = RawClient()
        client.realm = [UInt8]("beeline".utf8)
        client.nonce = Array(repeating: 0x30, count: 20)
        return [
            client.plainRequest(.binding), client.plainRequest(.allocate), client.request(.refresh),
            client.request(.channelBind) { message, packet in
                message.addChannelNumber(0x4000, to: &packet)
                message.add(.xorPeerAddress, xorAddress: peer, to: &packet)
            },
            [0x40, 0, 0, 1, 7], [0x40, 0, 0xFF, 0xFF, 7], [],
        ]
    }

    private static func noise(_ samples: [[UInt8]], _ random: inout SeededRandom) -> [UInt8] {
        if random.next() % 4 == 0 { return random.bytes(count: Int(random.next() % 100)) }
        var bytes = samples[Int(random.next() % UInt64(samples.count))]
        if bytes.isEmpty { return bytes }
        for _ in 0..<1 + random.next() % 4 {
            bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next())
        }
        if random.next() % 8 == 0 { bytes.removeLast(Int(random.next() % UInt64(bytes.count))) }
        return bytes
    }
}
