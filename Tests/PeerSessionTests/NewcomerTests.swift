import PeerSession
import SecureChannel
import Testing
import WireFormat

/// Viewers that come while another session is in place, and take long or come often.
@Suite struct NewcomerTests {
    private let hostKeys = World.keys(1)
    private let viewerKeys = World.keys(2)
    private let otherKeys = World.keys(3)

    private func world() -> World {
        let world = World(.authorizedKeys([viewerKeys.publicKey, otherKeys.publicKey]), keys: hostKeys)
        world.run(for: .seconds(1))
        return world
    }

    private func add(_ keys: StaticKeyPair, to world: World) throws -> Int {
        try world.addViewer(.publicKey(hostKeys.publicKey), keys: keys)
    }

    /// One that so many tries of one viewer have come to, none of which has a path.
    private func crowdedWorld(_ count: Int) throws -> World {
        let world = world()
        world.silenced = addresses(0..<count)
        for _ in 0..<count {
            _ = try add(viewerKeys, to: world)
            world.run(for: .seconds(1))
        }
        return world
    }

    private func addresses(_ numbers: Range<Int>) -> Set<IPAddress> { Set(numbers.map { World.address(of: $0).ip }) }

    /// The session in place is as dead, whether its viewer has ever spoken or not.
    @Test(arguments: [false, true], [false, true])
    func `one that takes long to find a path gets the place of a dead session`(hasSpoken: Bool, isSame: Bool) throws {
        let world = world()
        if !hasSpoken { world.silenced = addresses(0..<1) }
        let first = try add(viewerKeys, to: world)
        world.run(for: .seconds(5))
        #expect(world.isConnected(first) == hasSpoken)
        world.silenced = addresses(0..<2)
        world.run(for: .seconds(10))
        let second = try add(isSame ? viewerKeys : otherKeys, to: world)
        world.run(for: .seconds(60))
        #expect(world.viewerEnds(second).isEmpty && !world.isConnected(second))
        #expect(world.hostEnds.isEmpty, "an offer alone may be a copy")
        world.silenced = addresses(0..<1)
        world.run(for: .seconds(60))
        #expect(world.isConnected(second))
        #expect(world.hostEnds == [.superseded])
        #expect(world.host.session?.isProven == true)
    }

    @Test func `one that waits is turned away when the session in place lives again`() throws {
        let world = world()
        let first = try add(viewerKeys, to: world)
        world.run(for: .seconds(5))
        world.silenced = addresses(0..<2)
        world.run(for: .seconds(10))
        let second = try add(otherKeys, to: world)
        world.run(for: .seconds(60))
        #expect(world.viewerEnds(second).isEmpty)
        world.silenced = addresses(1..<2)
        world.run(for: .seconds(60))
        #expect(world.viewerEnds(second) == [.refusedByServer(.roomBusy)])
        #expect(world.hostEnds.isEmpty && world.viewerEnds(first).isEmpty)
    }

    @Test func `one that starts again and again is not kept out by its own tries`() throws {
        let world = try crowdedWorld(8)
        let last = try add(viewerKeys, to: world)
        world.run(for: .seconds(20))
        #expect(world.isConnected(last))
        #expect(world.hostEnds == [.superseded])
        // They lead nowhere any more.
        for former in 1..<last { #expect(world.viewerEnds(former) == [.refusedByServer(.roomBusy)]) }
    }

    /// Whoever came with another key has the time that a newcomer has, and no more once others want the place.
    @Test func `tries of one viewer keep another out for as long as they may take`() throws {
        let world = try crowdedWorld(5)
        let early = try add(otherKeys, to: world)
        world.run(for: .seconds(1))
        #expect(world.viewerEnds(early) == [.refusedByServer(.roomBusy)])
        world.run(for: .seconds(40))
        let late = try add(otherKeys, to: world)
        world.run(for: .seconds(20))
        #expect(world.isConnected(late))
    }

    @Test func `tries with the right words burn no code`() throws {
        let world = World(.codes, keys: hostKeys)
        world.run(for: .seconds(1))
        let code = try #require(world.codes.first)
        world.silenced = addresses(0..<5)
        _ = try world.addViewer(.code(code), keys: viewerKeys)
        world.run(for: .seconds(1))
        for _ in 0..<4 {
            let viewer = try world.addViewer(.code(code), keys: viewerKeys)
            world.run(for: .seconds(1))
            #expect(world.viewers[viewer].session.isEstablished)
            world.actAsViewer(viewer) { $0.close(at: $1) }
            world.run(for: .seconds(1))
        }
        #expect(world.hostEvents.allSatisfy { if case .tryFailed = $0 { false } else { true } })
        let last = try world.addViewer(.code(code), keys: viewerKeys)
        world.run(for: .seconds(20))
        #expect(world.isConnected(last))
    }

    /// Two viewers have the words; the code serves the one that speaks first, and that machine again if it is started anew.
    @Test(arguments: [false, true]) func `a code that has served lets nobody else in`(_ isSame: Bool) throws {
        let world = World(.codes, keys: hostKeys)
        world.run(for: .seconds(1))
        let code = try #require(world.codes.first)
        world.silenced = addresses(0..<2)
        let first = try world.addViewer(.code(code), keys: viewerKeys)
        world.run(for: .seconds(1))
        let second = try world.addViewer(.code(code), keys: isSame ? viewerKeys : otherKeys)
        world.run(for: .seconds(1))
        #expect(world.viewers[second].session.isEstablished)
        world.silenced = addresses(1..<2)
        world.run(for: .seconds(5))
        #expect(world.isConnected(first))
        #expect(world.viewerEnds(second) == (isSame ? [] : [.refusedByServer(.roomBusy)]))
        world.silenced = addresses(0..<1)
        world.run(for: .seconds(60))
        #expect(world.isConnected(second) == isSame)
        #expect(world.hostEnds == (isSame ? [.superseded] : []))
    }

    /// Its path fails in the moment in which the host decides.
    @Test func `one that is turned away hears it through signaling, too`() throws {
        let world = world()
        let first = try add(viewerKeys, to: world)
        world.run(for: .seconds(2))
        let second = try add(viewerKeys, to: world)
        for _ in 0..<100 where !world.isConnected(second) { world.run(for: .milliseconds(10)) }
        world.run(for: .milliseconds(100))
        #expect(world.isConnected(second) && world.viewerEnds(second).isEmpty)
        world.silenced = addresses(1..<2)
        world.run(for: .seconds(5))
        #expect(world.viewerEnds(second) == [.closedByPeer("the host is busy")])
        #expect(world.viewerEnds(first).isEmpty && world.hostEnds.isEmpty)
    }
}
