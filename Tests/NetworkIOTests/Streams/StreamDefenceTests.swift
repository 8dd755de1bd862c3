import Glibc
import NetworkIO
import Testing
import WireFormat

/// What a listener does with those who waste its time, its memory or its places.
@Suite struct StreamDefenceTests {
    /// A well-behaved connection goes on whatever happens beside it.
    private static func expectService(_ world: StreamWorld, _ raw: RawStream, number: Int) {
        raw.write(FrameMachine.frame(number))
        world.turn { world.server.machine.received.contains { FrameMachine.number(of: $0.bytes) == number } }
        #expect(world.server.machine.received.contains { FrameMachine.number(of: $0.bytes) == number })
    }

    @Test(arguments: [[0xFF, 0xFF, 1, 2, 3], [0x20, 0, 1, 2, 3], [0, 0, 1, 2, 3]] as [[UInt8]])
    func garbageEndsItsConnectionOnly(bytes: [UInt8]) throws {
        let world = try StreamWorld { $0.frameBytes = 4_096 }
        let good = try RawStream(to: world.address)
        Self.expectService(world, good, number: 1)
        let bad = try RawStream(to: world.address)
        bad.write(FrameMachine.frame(2) + bytes)
        world.turn { !world.server.machine.closed.isEmpty }
        let statistics = world.server.streamStatistics
        #expect(statistics.endedByInvalidFrame + statistics.endedByLongFrame == 1)
        #expect(statistics.connections == 1)
        #expect(FrameMachine.number(of: world.server.machine.received.last?.bytes ?? []) == 2)
        #expect(bad.read() == nil)
        Self.expectService(world, good, number: 3)
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func randomBytesHarmNobody(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let world = try StreamWorld()
        let good = try RawStream(to: world.address)
        for round in 0..<60 {
            let bad = try RawStream(to: world.address)
            for _ in 0..<(1 + random.next() % 4) {
                bad.write(random.bytes(count: Int(random.next() % 6_000)))
                world.server.turn(atMost: .zero)
            }
            if round % 10 == 0 { Self.expectService(world, good, number: 1_000_000_000 + round) }
        }
        world.turn { world.server.streamStatistics.connections == 1 }
        #expect(world.server.streamStatistics.connections == 1)
    }

    @Test func connectionsWithoutAFirstFrameAreDropped() throws {
        let world = try StreamWorld { $0.firstFramePatience = .milliseconds(20) }
        let silent = try RawStream(to: world.address)
        let slow = try RawStream(to: world.address)
        slow.write([0])
        world.turn { world.server.machine.closed.count == 2 }
        #expect(world.server.streamStatistics.endedAsSlow == 2)
        #expect(silent.read() == nil && slow.read() == nil)
    }

    @Test func framesThatNeverEndAreDropped() throws {
        let world = try StreamWorld { $0.framePatience = .milliseconds(20) }
        let slow = try RawStream(to: world.address)
        slow.write(FrameMachine.frame(1) + [0x0F, 0xA0])
        // A byte now and then buys no time.
        var bytes = 0
        world.turn {
            if bytes < 1_000 { slow.write([1]) }
            bytes += 1
            return !world.server.machine.closed.isEmpty
        }
        #expect(world.server.machine.received.count == 1)
        #expect(world.server.streamStatistics.endedAsSlow == 1)
    }

    @Test func silentConnectionsAreDropped() throws {
        let world = try StreamWorld { $0.idlePatience = .milliseconds(20) }
        let idle = try RawStream(to: world.address)
        idle.write(FrameMachine.frame(1))
        world.turn { !world.server.machine.closed.isEmpty }
        #expect(world.server.streamStatistics.endedAsIdle == 1)
    }

    @Test func whatTheMachineDoesNotWantIsDropped() throws {
        let world = try StreamWorld { $0.trial = .milliseconds(20) }
        let client = try StreamWorld.loop { $0.trial = .milliseconds(1) }
        let path = try world.connect(client)
        client.machine.keepsStreams = false
        client.machine.outgoing = [(path, FrameMachine.frame(1))]
        let start = world.server.now
        world.turn(client) { world.server.now - start > .milliseconds(60) }
        #expect(world.server.machine.closed.isEmpty)
        world.server.machine.keepsStreams = false
        world.turn(client) { client.machine.closed.count == 1 }
        #expect(world.server.streamStatistics.endedAsUnwanted == 1)
        // Those that a loop made itself are not on trial.
        #expect(client.streamStatistics.endedAsUnwanted == 0)
    }

    @Test func aRefusedFirstFrameEndsTheConnection() throws {
        let world = try StreamWorld()
        world.server.machine.refusedByte = 7
        let refused = try RawStream(to: world.address)
        refused.write(FrameMachine.frame(7 << 24) + FrameMachine.frame(1))
        world.turn { !world.server.machine.closed.isEmpty }
        #expect(world.server.streamStatistics.endedByRefusal == 1 && world.server.machine.received.isEmpty)
        let good = try RawStream(to: world.address)
        good.write(FrameMachine.frame(1) + FrameMachine.frame(7 << 24) + FrameMachine.frame(2))
        world.turn { world.server.machine.received.count == 2 }
        #expect(world.server.streamStatistics.framesRejected == 2 && world.server.streamStatistics.connections == 1)
    }

    @Test(arguments: [true, false])
    func theNumberOfConnectionsIsBounded(inAll: Bool) throws {
        let world = try StreamWorld { if inAll { $0.connectionLimit = 5 } else { $0.connectionsPerSource = 5 } }
        var all: [RawStream] = []
        for _ in 0..<12 {
            all.append(try RawStream(to: world.address))
            world.server.turn(atMost: .milliseconds(1))
        }
        func refused() -> UInt64 {
            let statistics = world.server.streamStatistics
            return inAll ? statistics.refusedByLimit : statistics.refusedBySource
        }
        world.turn { refused() == 7 }
        #expect(refused() == 7 && world.server.streamStatistics.connections == 5)
        // A place that is given back is given away again.
        all.removeFirst()
        world.turn { world.server.streamStatistics.connections == 4 }
        let next = try RawStream(to: world.address)
        Self.expectService(world, next, number: 5)
        #expect(world.server.streamStatistics.accepted == 6)
    }

    @Test func manyComeAndGo() throws {
        let world = try StreamWorld { $0.connectionsPerSource = 2_000 }
        var random = SeededRandom(seed: 9)
        var open: [RawStream] = []
        for index in 0..<600 {
            if open.count > 40 || random.next() % 3 == 0, !open.isEmpty {
                open.remove(at: Int(random.next() % UInt64(open.count)))
            }
            let raw = try RawStream(to: world.address)
            raw.write(FrameMachine.frame(index))
            open.append(raw)
            if index % 8 == 0 { world.server.turn(atMost: .zero) }
        }
        world.turn { world.server.streamStatistics.accepted == 600 && world.server.machine.received.count == 600 }
        #expect(Set(world.server.machine.received.map { FrameMachine.number(of: $0.bytes) }).count == 600)
        open.removeAll()
        world.turn { world.server.streamStatistics.connections == 0 }
        #expect(world.server.machine.closed.count == 600)
    }

    @Test func aListenerMayBeClosed() throws {
        let world = try StreamWorld()
        let raw = try RawStream(to: world.address)
        Self.expectService(world, raw, number: 1)
        world.server.closeStreamListener(world.address)
        world.server.turn(atMost: .zero)
        #expect(throws: SystemFailure.self) { try RawStream(to: world.address) }
        Self.expectService(world, raw, number: 2)
        #expect(try world.server.listenStreams(on: world.address, framing: FrameMachine.framing) == world.address)
        #expect(throws: SystemFailure.self) {
            try world.server.listenStreams(on: world.address, framing: FrameMachine.framing)
        }
    }
}
