import NetworkIO
import Testing
import WireFormat

/// Connections straight between peers, made and taken at one port on either side.
@Suite struct PeerStreamTests {
    private typealias Loop = StreamWorld.Loop
    private typealias Outcome = Result<Path, StreamFailure>

    /// Two loops that each listen, and the path from the first to the second.
    private static func pair() throws -> (first: Loop, second: Loop, path: Path) {
        let (first, second) = (try StreamWorld.loop(), try StreamWorld.loop())
        let local = try first.listenForPackets(on: TransportAddress("127.0.0.1:0")!)
        let remote = try second.listenForPackets(on: TransportAddress("127.0.0.1:0")!)
        return (first, second, Path(transport: .tcp, local: local, remote: remote))
    }

    private static func reversed(_ path: Path) -> Path {
        Path(transport: .tcp, local: path.remote, remote: path.local)
    }

    /// Sends packets of these sizes both ways; they arrive bare, whole and in order.
    private static func exchange(_ first: Loop, _ second: Loop, over path: Path) {
        let packets = [1, 2, 600, 1_500, 3].map { [UInt8](repeating: UInt8(truncatingIfNeeded: $0), count: $0) }
        first.machine.outgoing += packets.map { (path, $0) }
        second.machine.outgoing += packets.map { (reversed(path), $0) }
        StreamWorld.turn([first, second]) {
            first.machine.received.count >= packets.count && second.machine.received.count >= packets.count
        }
        #expect(second.machine.received.map(\.bytes) == packets)
        #expect(first.machine.received.map(\.bytes) == packets)
        #expect(first.machine.received.allSatisfy { $0.path == path })
    }

    @Test func bothConnectAtOnce() throws {
        let (first, second, path) = try Self.pair()
        var outcomes: [Outcome?] = [nil, nil]
        first.connectStream(over: path) { outcomes[0] = $1 }
        second.connectStream(over: Self.reversed(path)) { outcomes[1] = $1 }
        StreamWorld.turn([first, second]) { outcomes.allSatisfy { $0 != nil } }
        #expect(try outcomes[0]?.get() == path)
        // Whoever comes second to an end that has accepted is told of a failure, and finds the connection there.
        if (try? outcomes[1]?.get()) == nil {
            StreamWorld.turn([first, second]) { second.streamStatistics.accepted == 1 }
        }
        Self.exchange(first, second, over: path)
        #expect(first.streamStatistics.connections == 1 && second.streamStatistics.connections == 1)
    }

    /// A connection that the other end has made already is the one.
    @Test func aConnectionThatIsThereIsTaken() throws {
        let (first, second, path) = try Self.pair()
        var outcome: Outcome?
        first.connectStream(over: path) { outcome = $1 }
        StreamWorld.turn([first, second]) { outcome != nil && second.streamStatistics.accepted == 1 }
        var other: Outcome?
        second.connectStream(over: Self.reversed(path)) { other = $1 }
        StreamWorld.turn([first, second]) { other != nil }
        #expect(try other?.get() == Self.reversed(path))
        #expect(second.streamStatistics.opened == 0 && second.streamStatistics.connections == 1)
        Self.exchange(first, second, over: path)
    }

    /// RFC 9293 section 3.5 "simultaneous connection synchronization": neither end accepts, both connect. The SYN of
    /// the first is dropped, as a NAT does it, while the second's comes through.
    @Test func crossingAttemptsMeet() throws {
        let (first, second) = (try StreamWorld.loop(), try StreamWorld.loop())
        let local = try first.listenForPackets(on: TransportAddress("127.0.0.1:0")!)
        let silent = try SilentPort()
        let path = Path(transport: .tcp, local: local, remote: silent.address)
        var outcomes: [Outcome?] = [nil, nil]
        first.connectStream(over: path) { outcomes[0] = $1 }
        for _ in 0..<5 { first.turn(atMost: .milliseconds(1)) }
        #expect(outcomes[0] == nil)
        second.connectStream(over: Self.reversed(path)) { outcomes[1] = $1 }
        StreamWorld.turn([first, second]) { outcomes.allSatisfy { $0 != nil } }
        #expect(try outcomes[0]?.get() == path)
        #expect(try outcomes[1]?.get() == Self.reversed(path))
        #expect(first.streamStatistics.opened == 1 && first.streamStatistics.accepted == 0)
        #expect(second.streamStatistics.opened == 1 && second.streamStatistics.accepted == 0)
        Self.exchange(first, second, over: path)
    }

    /// One port serves a server and several peers at once.
    @Test func onePortHasManyConnections() throws {
        let world = try StreamWorld()
        let client = try StreamWorld.loop()
        let local = try client.listenForPackets(on: TransportAddress("127.0.0.1:0")!)
        let peers = try (0..<3).map { _ in try StreamWorld.loop() }
        var outcomes: [Outcome] = []
        client.connectStream(
            over: Path(transport: .tcp, local: local, remote: world.address), framing: FrameMachine.framing
        ) { outcomes.append($1) }
        for peer in peers {
            let remote = try peer.listenForPackets(on: TransportAddress("127.0.0.1:0")!)
            client.connectStream(over: Path(transport: .tcp, local: local, remote: remote)) { outcomes.append($1) }
        }
        StreamWorld.turn([client, world.server] + peers) { outcomes.count == 4 }
        #expect(outcomes.allSatisfy { (try? $0.get())?.local == local })
        client.closeStreams(at: local)
        StreamWorld.turn([client, world.server] + peers) { client.machine.closed.count == 4 }
        #expect(client.streamStatistics.connections == 0)
    }

    /// The same two ports may be connected again as soon as they are not any more.
    @Test func aClosedConnectionCanBeMadeAgain() throws {
        let (first, second, path) = try Self.pair()
        for round in 1...3 {
            var outcome: Outcome?
            first.connectStream(over: path) { outcome = $1 }
            StreamWorld.turn([first, second]) { outcome != nil && second.streamStatistics.accepted == UInt64(round) }
            #expect(try outcome?.get() == path)
            first.closeStream(path)
            StreamWorld.turn([first, second]) { second.machine.closed.count == round }
            #expect(first.machine.closed.count == round)
        }
    }

    /// A stranger who announces a packet that no path carries is cut off, and one whom the machine does not want too.
    @Test func strangersDoNotStay() throws {
        let (loop, _, path) = try Self.pair()
        let stranger = try RawStream(to: path.local)
        stranger.write([0xFF, 0xFF, 1, 2, 3])
        StreamWorld.turn([loop]) { loop.machine.closed.count == 1 }
        #expect(loop.streamStatistics.endedByLongFrame == 1)
        #expect(loop.machine.received.isEmpty)
    }
}
