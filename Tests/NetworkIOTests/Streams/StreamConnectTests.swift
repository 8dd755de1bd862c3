import Glibc
import NetworkIO
import Testing
import WireFormat

/// Connections that cannot be made.
@Suite struct StreamConnectTests {
    /// How a connection attempt ended, and how often it was said to.
    private static func outcomes(
        _ loop: StreamWorld.Loop, to address: String, from local: IPAddress? = nil, timeout: Interval = .seconds(5)
    ) throws -> [Result<Path, StreamFailure>] {
        var outcomes: [Result<Path, StreamFailure>] = []
        loop.connectStream(
            to: try #require(TransportAddress(address)), from: local, timeout: timeout, framing: FrameMachine.framing
        ) { _, result in outcomes.append(result) }
        // Never while the caller is still at it.
        #expect(outcomes.isEmpty)
        StreamWorld.turn([loop]) { !outcomes.isEmpty }
        for _ in 0..<5 { loop.turn(atMost: .milliseconds(1)) }
        #expect(loop.streamStatistics.connections == 0 && loop.machine.closed.isEmpty)
        return outcomes
    }

    @Test func aClosedPortRefuses() throws {
        let loop = try StreamWorld.loop()
        let free = try loop.listenStreams(on: TransportAddress("127.0.0.1:0")!, framing: FrameMachine.framing)
        loop.closeStreamListener(free)
        let outcomes = try Self.outcomes(loop, to: "\(free)")
        #expect(outcomes.count == 1 && loop.streamStatistics.failedToOpen == 1)
        guard case .failure(.system(let failure))? = outcomes.first else {
            Issue.record("\(outcomes)")
            return
        }
        #expect(failure.code == ECONNREFUSED)
    }

    @Test func silenceTimesOut() throws {
        let loop = try StreamWorld.loop()
        let silent = try SilentPort()
        let outcomes = try Self.outcomes(loop, to: "\(silent.address)", timeout: .milliseconds(30))
        #expect(outcomes == [.failure(.timeout)])
    }

    @Test func aForeignLocalAddressFails() throws {
        let loop = try StreamWorld.loop()
        let outcomes = try Self.outcomes(loop, to: "127.0.0.1:9", from: IPAddress("192.0.2.1"))
        #expect(outcomes.count == 1 && loop.streamStatistics.failedToOpen == 1)
    }

    @Test func theLocalAddressMayBeChosen() throws {
        let world = try StreamWorld()
        let client = try StreamWorld.loop()
        let wanted = try #require(IPAddress("127.0.0.2"))
        var result: Result<Path, StreamFailure>?
        client.connectStream(to: world.address, from: wanted, framing: FrameMachine.framing) { result = $1 }
        world.turn(client) { result != nil }
        #expect(try result?.get().local.ip == wanted)
    }

    @Test func tooManyAreRefused() throws {
        let world = try StreamWorld()
        let client = try StreamWorld.loop { $0.connectionLimit = 2 }
        let paths = [try world.connect(client), try world.connect(client)]
        #expect(throws: StreamFailure.tooMany) { try world.connect(client) }
        client.closeStream(paths[0])
        _ = try world.connect(client)
        #expect(client.streamStatistics.opened == 3 && client.streamStatistics.failedToOpen == 1)
    }
}
