import PeerSession
import Rendezvous
import SecureChannel
import Testing
import WireFormat

/// What the server says ends no session that goes on without it.
@Suite struct ServerWordTests {
    private let hostKeys = World.keys(1)
    private let viewerKeys = World.keys(2)

    private func world(listens: Bool = false) throws -> World {
        let world = World(.authorizedKeys([viewerKeys.publicKey]), keys: hostKeys, listens: listens)
        world.run(for: .seconds(1))
        try world.addViewer(.publicKey(hostKeys.publicKey), keys: viewerKeys)
        return world
    }

    private func connectedWorld(listens: Bool = false) throws -> World {
        let world = try world(listens: listens)
        world.run(for: .seconds(2))
        try #require(world.isConnected(0))
        return world
    }

    private func finishes(_ events: [PeerEvent]) -> [Reason] {
        events.compactMap { if case .finished(let reason) = $0 { reason } else { nil } }
    }

    private static let refusal = SignalingMessage.refused(.connection, .badVersion, retryAfterSeconds: 0)

    @Test func `a host that the server sends away stays until its session is over`() throws {
        let world = try connectedWorld()
        try world.tellHost(Self.refusal)
        world.run(for: .seconds(60))
        #expect(finishes(world.hostEvents).isEmpty && world.hostEnds.isEmpty)
        #expect(world.hostEvents.contains(.signalingRefused(.badVersion)))
        #expect(world.hostEvents.contains(.signalingEnded(.badVersion)))
        world.actAsViewer(0) { $0.close(at: $1) }
        world.run(for: .seconds(1))
        #expect(world.hostEnds == [.closedByPeer("")])
        #expect(finishes(world.hostEvents) == [.badVersion])
    }

    @Test func `a host that the server sends away is finished at once if it waits`() throws {
        let world = World(.authorizedKeys([viewerKeys.publicKey]), keys: hostKeys)
        world.run(for: .seconds(1))
        try world.tellHost(Self.refusal)
        #expect(finishes(world.hostEvents) == [.badVersion])
    }

    @Test(arguments: [false, true]) func `a host that listens goes on without the server`(_ hasSession: Bool) throws {
        let world = try connectedWorld(listens: true)
        if !hasSession { world.actAsViewer(0) { $0.close(at: $1) } }
        world.run(for: .seconds(1))
        try world.tellHost(Self.refusal)
        if hasSession { world.actAsViewer(0) { $0.close(at: $1) } }
        world.run(for: .seconds(1))
        #expect(world.hostEnds == [.closedByPeer("")] && finishes(world.hostEvents).isEmpty)
        let next = try world.addViewer(at: World.entrance, knowing: hostKeys.publicKey, keys: viewerKeys)
        world.run(for: .seconds(2))
        #expect(world.isConnected(next))
        world.actAsViewer(next) { $0.close(at: $1) }
        world.run(for: .seconds(1))
        world.actAsHost { $0.close(at: $1) }
        #expect(finishes(world.hostEvents) == [.finished])
    }

    @Test func `a viewer that the server sends away goes on with its session`() throws {
        let world = try connectedWorld()
        try world.tell(0, Self.refusal)
        world.run(for: .seconds(60))
        #expect(finishes(world.viewerEvents[0]).isEmpty && world.viewerEnds(0).isEmpty)
        #expect(world.viewerEvents[0].contains(.signalingEnded(.badVersion)))
        world.actAsViewer(0) { $0.close(at: $1) }
        world.run(for: .seconds(1))
        #expect(world.viewerEnds(0) == [.closed] && world.hostEnds == [.closedByPeer("")])
        #expect(finishes(world.viewerEvents[0]) == [.finished])
    }

    @Test func `a viewer that the server sends away before there is a path is told why`() throws {
        let world = try world()
        try world.tell(0, Self.refusal)
        world.run(for: .seconds(1))
        #expect(world.viewerEnds(0) == [.refusedByServer(.badVersion)])
        #expect(finishes(world.viewerEvents[0]) == [.finished])
    }

    /// The server says that the session is over, and is lost; what the viewer asks for then is a session that it has.
    @Test(arguments: SessionTerms.Way.allCases, [false, true])
    func `a server that lets a viewer in again changes nothing of its session`(
        _ way: SessionTerms.Way, isUnasked: Bool
    ) throws {
        let world = try connectedWorld()
        let session = try #require(world.sessions.last)
        try world.tell(0, .leave(session, .finished))
        world.terms = SessionTerms(way: way)
        world.isSignalingSilenced = isUnasked
        world.actAsViewer(0) { $0.signalingClosed(at: $1) }
        if isUnasked {
            world.run(for: .seconds(3))
            let other = SessionIdentifier(high: session.high, low: session.low &+ 1)
            try world.tell(0, .joined(other, servers: [], permit: Permit(terms: SessionTerms(way: way))))
            world.isSignalingSilenced = false
        }
        world.run(for: .seconds(60))
        #expect(world.viewerEnds(0).isEmpty && world.hostEnds.isEmpty)
        world.actAsViewer(0) { viewer, _ in
            let isSent = viewer.send(.key(keysym: 65, isPressed: true))
            #expect(isSent)
        }
        world.run(for: .seconds(1))
        #expect(world.hostInput == [.key(keysym: 65, isPressed: true)])
    }
}
