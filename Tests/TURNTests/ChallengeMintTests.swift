import STUN
import TURN
import Testing
import WireFormat

/// Challenges that a client has before it asks.
@Suite struct ChallengeMintTests {
    private static let client = ip("198.51.100.7")

    /// The time that a request and its answer take, and no more.
    private static func oneRoundTrip(_ world: World) -> Interval { world.delay * 2 }

    @Test(arguments: TransportProtocol.allCases)
    func `a challenge told ahead saves a round trip`(transport: TransportProtocol) {
        var world = World()
        let challenge = world.server.challengeMint.challenge(for: Self.client, at: world.now)
        let told = world.addClient(transport: transport) { $0.challenge = challenge }
        world.run(for: Self.oneRoundTrip(world))
        #expect(world.clients[told].relayedAddress != nil)
        #expect(world.server.statistics.challenges == 0)
        let untold = world.addClient("198.51.100.7:40001", transport: transport)
        world.run(for: Self.oneRoundTrip(world))
        #expect(world.clients[untold].relayedAddress == nil)
        world.run(for: Self.oneRoundTrip(world))
        #expect(world.clients[untold].relayedAddress != nil)
    }

    /// It proves as much as any other: for one address, for some time, and at the server that made it.
    @Test(arguments: ["elsewhere", "late", "another server"])
    func `what does not hold is asked for again`(case name: String) {
        var world = World()
        let owner = name == "another server" ? World(seed: 9) : world
        let address = name == "elsewhere" ? ip("198.51.100.8") : Self.client
        let challenge = owner.server.challengeMint.challenge(for: address, at: world.now)
        if name == "late" { world.run(for: .seconds(1_201)) }
        let client = world.addClient { $0.challenge = challenge }
        world.run(for: Self.oneRoundTrip(world))
        #expect(world.clients[client].relayedAddress == nil)
        #expect(world.server.statistics.challenges == 1)
        world.run(for: Self.oneRoundTrip(world))
        #expect(world.clients[client].relayedAddress != nil)
        #expect(world.clientFailures.isEmpty)
    }

    @Test func `one that cannot be answered is as good as none`() {
        var world = World()
        let challenge = Challenge(realm: [], nonce: [UInt8](repeating: 0x61, count: 500), algorithms: [])
        let client = world.addClient { $0.challenge = challenge }
        world.run(for: Self.oneRoundTrip(world) * 2)
        #expect(world.clients[client].relayedAddress != nil)
    }
}
