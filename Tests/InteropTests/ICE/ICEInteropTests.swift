import ICE
import Testing
import WireFormat

/// Our agent and those of other projects, over real sockets.
@Suite(
    "ICE with other implementations", .enabled(if: !PeerImplementation.usable.isEmpty, "\(PeerImplementation.missing)"))
struct ICEInteropTests {
    private static let roles: [Agent.Role] = [.controlling, .controlled]

    /// Connects, converges, exchanges payloads.
    private func connect(_ setup: InteropWorld.Setup) throws -> InteropWorld {
        let world = try InteropWorld(setup)
        try world.turn("common pair") { world.isConverged }
        try world.exchange(1)
        return world
    }

    @Test(arguments: PeerImplementation.usable, roles)
    func connectsOverHostCandidates(_ implementation: PeerImplementation, _ role: Agent.Role) throws {
        let world = try connect(.init(implementation: implementation, ourRole: role, theirRole: role.opposite))
        #expect(world.loop.machine.agent.role == role)
        #expect(world.areRolesOpposite)
        #expect(world.loop.machine.agent.selectedPair?.isRelayed == false)
    }

    @Test(arguments: PeerImplementation.usable, [(true, false), (false, true), (true, true)])
    func connectsThroughOurRelay(_ implementation: PeerImplementation, _ isRelayed: (ours: Bool, theirs: Bool)) throws {
        let world = try connect(
            .init(
                implementation: implementation, isOursRelayed: isRelayed.ours, isTheirsRelayed: isRelayed.theirs))
        let pair = try #require(world.loop.machine.agent.selectedPair)
        #expect((pair.local.kind == .relayed) == isRelayed.ours)
        #expect(pair.isRelayed)
    }

    /// Skipped, with what is missing, where the other tests do without it.
    @Test(
        .enabled(
            if: PeerImplementation.usable.count == PeerImplementation.allCases.count, "\(PeerImplementation.missing)"))
    func allImplementationsAreInstalled() throws {
        for implementation in PeerImplementation.allCases { _ = try implementation.command() }
    }

    /// RFC 8445 section 7.3.1.1.
    @Test(arguments: PeerImplementation.usable, roles)
    func resolvesRoleConflict(_ implementation: PeerImplementation, _ role: Agent.Role) throws {
        let world = try connect(.init(implementation: implementation, ourRole: role, theirRole: role))
        #expect(world.areRolesOpposite, "ours is \(world.loop.machine.agent.role)")
    }

    /// One side learns of the other later, while a NAT drops what it has not asked for: the first check of the other side
    /// is lost.
    @Test(arguments: PeerImplementation.usable, [AgentMachine.NAT.ours, .theirs])
    func connectsThoughTheFirstCheckIsLost(_ implementation: PeerImplementation, _ nat: AgentMachine.NAT) throws {
        for role in Self.roles {
            var setup = InteropWorld.Setup(implementation: implementation, ourRole: role, theirRole: role.opposite)
            setup.nat = nat
            let world = try connect(setup)
            #expect(world.loop.machine.dropped > 0)
        }
    }

    /// RFC 6544 and the frames of RFC 4571; aioice has no TCP.
    @Test(
        .enabled(if: PeerImplementation.libnice.isUsable, "\(PeerImplementation.missing)"),
        arguments: [PeerImplementation.libnice, .libniceRegular], roles)
    func connectsOverTCP(_ implementation: PeerImplementation, _ role: Agent.Role) throws {
        let world = try InteropWorld(
            .init(implementation: implementation, ourRole: role, theirRole: role.opposite, isOverTCP: true))
        try world.turn("pair") { world.selected != nil && world.loop.machine.agent.selectedPair != nil }
        try world.exchange(3)
        #expect(world.loop.machine.agent.selectedPair?.path.transport == .tcp)
    }

    /// RFC 8445 section 9; aioice has no restart.
    @Test(
        .enabled(if: PeerImplementation.libnice.isUsable, "\(PeerImplementation.missing)"),
        arguments: [PeerImplementation.libnice, .libniceRegular], roles)
    func restarts(_ implementation: PeerImplementation, _ role: Agent.Role) throws {
        let world = try connect(.init(implementation: implementation, ourRole: role, theirRole: role.opposite))
        try world.restart()
        try world.turn("common pair of the new generation") {
            world.isConverged && world.loop.machine.agent.generation == 2
        }
        try world.exchange(2)
    }
}
