import PeerSession
import Rendezvous
import SecureChannel
import Testing
import WireFormat

/// Pinned keys, and offers that no host takes.
@Suite struct AuthorisationTests {
    private let hostKeys = World.keys(1)
    private let viewerKeys = World.keys(2)

    private func world(_ configuration: SessionConfiguration = SessionConfiguration()) -> World {
        let world = World(.authorizedKeys([viewerKeys.publicKey]), keys: hostKeys, configuration: configuration)
        world.run(for: .seconds(1))
        return world
    }

    @Test func `an authorised key is let in without a code`() throws {
        let world = world()
        #expect(world.hostEvents.contains(.waiting(hostKeys.publicKey)))
        let viewer = try world.addViewer(.publicKey(hostKeys.publicKey), keys: viewerKeys)
        world.run(for: .seconds(2))
        #expect(world.isConnected(viewer))
        #expect(world.codes.isEmpty)
    }

    @Test func `an unknown key is refused, and the host says why`() throws {
        let world = world()
        let viewer = try world.addViewer(.publicKey(hostKeys.publicKey), keys: World.keys(3))
        world.run(for: .seconds(2))
        #expect(world.hostEvents.contains(.refused(.unknownKey)))
        #expect(world.viewerEnds(viewer) == [.refusedByServer(.refused)])
        let known = try world.addViewer(.publicKey(hostKeys.publicKey), keys: viewerKeys)
        world.run(for: .seconds(2))
        #expect(world.isConnected(known), "the host still waits for those it knows")
    }

    @Test func `a key that is added is let in, one that is taken away no more, but its session goes on`() throws {
        let world = world()
        let first = try world.addViewer(.publicKey(hostKeys.publicKey), keys: viewerKeys)
        world.run(for: .seconds(2))
        #expect(world.isConnected(first))
        let other = World.keys(3)
        world.actAsHost { host, _ in host.authorize([other.publicKey]) }
        world.run(for: .seconds(5))
        #expect(world.isConnected(first))
        world.actAsViewer(first) { viewer, now in viewer.close(text: "", at: now) }
        world.run(for: .seconds(2))
        let again = try world.addViewer(.publicKey(hostKeys.publicKey), keys: viewerKeys)
        world.run(for: .seconds(2))
        #expect(world.viewerEnds(again) == [.refusedByServer(.refused)])
        let added = try world.addViewer(.publicKey(hostKeys.publicKey), keys: other)
        world.run(for: .seconds(2))
        #expect(world.isConnected(added))
    }

    @Test func `a second viewer is told that the host is busy, and the first does not notice`() throws {
        let world = world()
        let first = try world.addViewer(.publicKey(hostKeys.publicKey), keys: viewerKeys)
        world.run(for: .seconds(2))
        let second = try world.addViewer(.publicKey(hostKeys.publicKey), keys: viewerKeys)
        world.run(for: .seconds(5))
        #expect(world.viewerEnds(second).count == 1)
        #expect(world.viewers[first].session.isEstablished)
        #expect(world.viewerEnds(first).isEmpty)
        world.actAsViewer(first) { viewer, _ in
            let isSent = viewer.send(.key(keysym: 97, isPressed: true))
            #expect(isSent)
        }
        world.run(for: .seconds(1))
        #expect(world.hostInput == [.key(keysym: 97, isPressed: true)])
    }

    /// Whoever carries signaling may keep an offer and send it again; it has not the key to speak with.
    @Test func `copies of an offer keep no viewer out`() throws {
        let world = world()
        let venue = Venue.host(try #require(HostIdentifier(hostKeys.publicKey.bytes)))
        for seed in 1...3 as ClosedRange<UInt64> {
            world.knock(at: venue, offer: try offer(.publicKey(hostKeys.publicKey), keys: viewerKeys, seed: seed))
            world.run(for: .seconds(1))
        }
        let viewer = try world.addViewer(.publicKey(hostKeys.publicKey), keys: viewerKeys)
        world.run(for: .seconds(3))
        #expect(world.isConnected(viewer))
        world.run(for: .seconds(60))
        #expect(world.isConnected(viewer), "and they push nobody out")
    }

    private func refusal(
        _ credential: ViewerCredential, _ offer: [UInt8], keys: StaticKeyPair
    ) -> SessionRefusal? {
        var random = SeededRandom(seed: 6)
        do throws(SessionRefusal) {
            _ = try Session<ScreenSender>.host(
                credential, offer: offer.span, keys: keys, screen: ScreenSender(width: 16, height: 16), sockets: [],
                servers: [], random: &random, at: .zero)
            return nil
        } catch {
            return error
        }
    }

    private func offer(_ host: HostCredential, keys: StaticKeyPair, seed: UInt64 = 1) throws -> [UInt8] {
        var random = SeededRandom(seed: seed)
        return try Session<ScreenReceiver>.view(host, keys: keys, sockets: [], random: &random, at: .zero).offer
    }

    @Test func `each wrong offer has its refusal`() throws {
        var random = SeededRandom(seed: 9)
        let code = ConnectionCode(room: 7, random: &random)
        let known = ViewerCredential.authorizedKeys([viewerKeys.publicKey])
        let pinned = try offer(.publicKey(hostKeys.publicKey), keys: viewerKeys)
        #expect(refusal(known, pinned, keys: hostKeys) == nil)
        #expect(refusal(known, [], keys: hostKeys) == .malformed)
        #expect(refusal(known, Array(pinned.prefix(10)), keys: hostKeys) == .malformed)
        #expect(refusal(known, pinned, keys: World.keys(8)) == .notAuthentic, "meant for another host")
        #expect(refusal(.code(code), pinned, keys: hostKeys) == .wrongPattern)
        #expect(refusal(known, try offer(.code(code), keys: viewerKeys), keys: hostKeys) == .wrongPattern)
        #expect(
            refusal(known, try offer(.publicKey(hostKeys.publicKey), keys: World.keys(3)), keys: hostKeys)
                == .unknownKey)
        var later = pinned
        later[1] &+= 1
        #expect(refusal(known, later, keys: hostKeys) == .badVersion)
        var nonce = pinned
        nonce[5] ^= 1
        #expect(refusal(known, nonce, keys: hostKeys) == .notAuthentic, "the nonce is bound into the handshake")
    }

    @Test func `no mutation of an offer is taken`() throws {
        let pinned = try offer(.publicKey(hostKeys.publicKey), keys: viewerKeys)
        let known = ViewerCredential.authorizedKeys([viewerKeys.publicKey])
        var random = SeededRandom(seed: 10)
        for mutation in Bytes.mutations(of: pinned, random: &random, count: 150) where mutation != pinned {
            #expect(refusal(known, mutation, keys: hostKeys) != nil)
        }
    }

    @Test func `an offer of another version is told so through the server`() throws {
        let world = world()
        let venue = Venue.host(try #require(HostIdentifier(hostKeys.publicKey.bytes)))
        var later = try offer(.publicKey(hostKeys.publicKey), keys: viewerKeys)
        later[1] &+= 1
        let knocker = world.knock(at: venue, offer: later)
        world.run(for: .seconds(2))
        #expect(world.knockerReasons(knocker) == [.badVersion])
        #expect(world.hostEvents.contains(.refused(.badVersion)))
    }

    @Test func `nonsense offers cost the host nothing`() throws {
        let world = world()
        let venue = Venue.host(try #require(HostIdentifier(hostKeys.publicKey.bytes)))
        var random = SeededRandom(seed: 12)
        for _ in 0..<20 {
            world.knock(at: venue, offer: random.bytes(count: Int.random(in: 0...400, using: &random)))
            world.run(for: .milliseconds(500))
        }
        let viewer = try world.addViewer(.publicKey(hostKeys.publicKey), keys: viewerKeys)
        world.run(for: .seconds(5))
        #expect(world.isConnected(viewer))
    }
}
