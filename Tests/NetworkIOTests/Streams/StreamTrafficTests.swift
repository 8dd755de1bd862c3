import Glibc
import NetworkIO
import Testing
import WireFormat

/// Frames through real TCP connections of this machine's loopback.
@Suite struct StreamTrafficTests {
    @Test(arguments: ["127.0.0.1:0", "[::1]:0"])
    func framesGoBothWaysWholeAndInOrder(listen: String) throws {
        let world = try StreamWorld(listen: listen)
        let client = try StreamWorld.loop()
        world.server.machine.echoes = true
        let path = try world.connect(client)
        #expect(path.transport == .tcp && path.remote == world.address)
        let frames = (0..<2_000).map { FrameMachine.frame($0, count: $0 * 7 % 1_400) }
        for start in stride(from: 0, to: frames.count, by: 50) {
            client.machine.outgoing += frames[start..<start + 50].map { (path, $0) }
            world.turn(client) { client.machine.received.count == start + 50 }
        }
        #expect(world.server.machine.received.map(\.bytes) == frames)
        #expect(client.machine.received.map(\.bytes) == frames)
        #expect(client.machine.received.allSatisfy { $0.path == path })
        let back = Path(transport: .tcp, local: path.remote, remote: path.local)
        #expect(world.server.machine.received.allSatisfy { $0.path == back })
        #expect(client.streamStatistics.framesSent == 2_000)
        #expect(client.streamStatistics.framesReceived == 2_000)
        // Frames of one turn go in one call.
        #expect(client.streamStatistics.sendCalls < 500)
    }

    @Test func framesMayComeByteByByte() throws {
        let world = try StreamWorld()
        let raw = try RawStream(to: world.address)
        let frames = (0..<20).map { FrameMachine.frame($0, count: $0) }
        for byte in frames.joined() {
            raw.write([byte])
            world.server.turn(atMost: .milliseconds(1))
        }
        world.turn { world.server.machine.received.count == 20 }
        #expect(world.server.machine.received.map(\.bytes) == frames)
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func framesMayBeCutAnywhere(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let world = try StreamWorld()
        let raw = try RawStream(to: world.address)
        let frames = (0..<300).map { FrameMachine.frame($0, count: Int(random.next() % 4_000)) }
        var rest = Array(frames.joined())[...]
        while !rest.isEmpty {
            let piece = rest.prefix(1 + Int(random.next() % 9_000))
            rest = rest.dropFirst(piece.count)
            raw.write(Array(piece))
            world.server.turn(atMost: .zero)
        }
        world.turn { world.server.machine.received.count == 300 }
        #expect(world.server.machine.received.map(\.bytes) == frames)
    }

    @Test func aFullBufferDropsWholeFrames() throws {
        let world = try StreamWorld { $0.sendBufferBytes = 20_000 }
        let raw = try RawStream(to: world.address, receiveBytes: 4_096)
        raw.write(FrameMachine.frame(0))
        world.turn { world.server.machine.received.count == 1 }
        let path = try #require(world.server.machine.received.first?.path)
        world.server.machine.outgoing = (1...5_000).map { (path, FrameMachine.frame($0, count: 994)) }
        world.server.turn(atMost: .zero)
        let statistics = world.server.streamStatistics
        #expect(statistics.framesDropped > 4_000)
        #expect(statistics.framesSent + statistics.framesDropped == 5_000)
        var bytes: [UInt8] = []
        let expected = Int(statistics.framesSent) * 1_000
        world.turn {
            bytes += raw.read() ?? []
            return bytes.count >= expected
        }
        #expect(bytes.count == expected && world.server.streamStatistics.bytesSent == UInt64(expected))
        let numbers = stride(from: 0, to: bytes.count, by: 1_000).map { start in
            FrameMachine.number(of: Array(bytes[start..<start + 1_000]))
        }
        #expect(zip(numbers, numbers.dropFirst()).allSatisfy { $0 < $1 })
        // The connection goes on when there is room again.
        world.server.machine.outgoing.append((path, FrameMachine.frame(9_999)))
        var tail: [UInt8] = []
        world.turn {
            tail += raw.read() ?? []
            return tail.count >= 6
        }
        #expect(FrameMachine.number(of: tail) == 9_999)
    }

    @Test func precedenceHasAReserve() throws {
        let world = try StreamWorld {
            $0.sendBufferBytes = 20_000
            $0.reservedBytes = 5_000
        }
        let raw = try RawStream(to: world.address, receiveBytes: 4_096)
        raw.write(FrameMachine.frame(0))
        world.turn { world.server.machine.received.count == 1 }
        let path = try #require(world.server.machine.received.first?.path)
        func droppedFrames(of numbers: Range<Int>) -> UInt64 {
            let before = world.server.streamStatistics.framesDropped
            world.server.machine.outgoing += numbers.map { (path, FrameMachine.frame($0, count: 994)) }
            world.server.turn(atMost: .zero)
            return world.server.streamStatistics.framesDropped - before
        }
        // Until neither the buffer nor the kernel takes any more.
        var rounds = 0
        while droppedFrames(of: 0..<100) < 100, rounds < 1_000 { rounds += 1 }
        let late = droppedFrames(of: 1 << 30..<1 << 30 + 20)
        // Five go into the reserve, and no more than five.
        #expect((14...15).contains(late))
    }

    @Test func closingTellsBothMachines() throws {
        let world = try StreamWorld()
        let client = try StreamWorld.loop()
        let path = try world.connect(client)
        client.machine.outgoing = [(path, FrameMachine.frame(1))]
        world.turn(client) { world.server.machine.received.count == 1 }
        client.closeStream(path)
        world.turn(client) { world.server.machine.closed.count == 1 }
        #expect(client.machine.closed == [path])
        #expect(world.server.machine.closed == [Path(transport: .tcp, local: path.remote, remote: path.local)])
        #expect(client.streamStatistics.closed == 1 && world.server.streamStatistics.closedByRemote == 1)
        client.machine.outgoing.append((path, FrameMachine.frame(2)))
        client.turn(atMost: .zero)
        #expect(client.streamStatistics.framesWithoutPath == 1)
        #expect(client.streamStatistics.connections == 0 && world.server.streamStatistics.connections == 0)
    }

    @Test func whatIsSentBeforeClosingArrives() throws {
        let world = try StreamWorld()
        let client = try StreamWorld.loop()
        let path = try world.connect(client)
        client.machine.outgoing = (0..<10).map { (path, FrameMachine.frame($0)) }
        client.turn(atMost: .zero)
        client.closeStream(path)
        world.turn(client) { world.server.machine.closed.count == 1 }
        #expect(world.server.machine.received.count == 10)
    }

    @Test func datagramsShareTheLoop() throws {
        let world = try StreamWorld()
        let client = try StreamWorld.loop()
        let path = try world.connect(client)
        let local = try client.bind(
            world.address.ip == .v4(0x7F00_0001) ? TransportAddress("127.0.0.1:0")! : path.local)
        let remote = try world.server.bind(TransportAddress("127.0.0.1:0")!)
        client.machine.outgoing = (0..<100).map { index in
            (index % 2 == 0 ? path : Path(local: local, remote: remote), FrameMachine.frame(index))
        }
        world.turn(client) { world.server.machine.received.count == 100 }
        let numbers = world.server.machine.received.map { ($0.path.transport, FrameMachine.number(of: $0.bytes)) }
        #expect(numbers.filter { $0.0 == .tcp }.map(\.1) == Array(stride(from: 0, to: 100, by: 2)))
        #expect(numbers.filter { $0.0 == .udp }.map(\.1) == Array(stride(from: 1, to: 100, by: 2)))
    }

    @Test func connectionsAreClosedWithTheLoop() throws {
        func openDescriptors() -> Int { (0..<1_024).count { fcntl($0, F_GETFD) >= 0 } }
        func once() throws {
            let world = try StreamWorld()
            let client = try StreamWorld.loop()
            for _ in 0..<20 { _ = try world.connect(client) }
        }
        try once()
        let before = openDescriptors()
        for _ in 0..<20 { try once() }
        // Other tests run beside this one and hold a few.
        #expect(openDescriptors() < before + 300)
    }
}
