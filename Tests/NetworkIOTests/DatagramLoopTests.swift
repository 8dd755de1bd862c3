import Glibc
import NetworkIO
import Testing
import WireFormat

/// The loop on real sockets of this machine's loopback. What is asserted are counts and bytes, never times.
@Suite struct DatagramLoopTests {
    private typealias Loop = DatagramLoop<CountingMachine>

    private static let loopback4 = TransportAddress("127.0.0.1:0")!

    /// - Parameter batchPatience: endless where calls are counted: on a busy machine anything takes long to make.
    private static func loop(batchPatience: Interval = .seconds(3_600)) throws -> Loop {
        var configuration = DatagramConfiguration()
        configuration.batchPatience = batchPatience
        return try Loop(machine: CountingMachine(), configuration: configuration) { _, _ in }
    }

    /// Turns both until `condition`, or for long in vain.
    private static func turn(_ loops: Loop..., until condition: () -> Bool) {
        let limit = BootClock.now + .seconds(20)
        while !condition(), BootClock.now < limit {
            for loop in loops { loop.turn(atMost: .milliseconds(2)) }
        }
    }

    private static func payload(_ index: Int, count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            for offset in 0..<count { buffer[offset] = UInt8(truncatingIfNeeded: index &* 31 &+ offset) }
            initialized = count
        }
    }

    @Test(arguments: ["127.0.0.1:0", "[::1]:0"])
    func aRunArrivesWholeAndInOrder(text: String) throws {
        let (sender, receiver) = (try Self.loop(), try Self.loop())
        let wanted = TransportAddress(text)!
        let from = try sender.bind(wanted)
        let to = try receiver.bind(wanted)
        #expect(from.port != 0 && from.ip == wanted.ip)
        let packets = (0..<1_000).map { Self.payload($0, count: 1_200) }
        // In portions, so that a small receive buffer is no reason to lose any.
        for start in stride(from: 0, to: packets.count, by: 100) {
            sender.machine.outgoing += packets[start..<start + 100].map { (Path(local: from, remote: to), $0) }
            sender.turn(atMost: .zero)
            Self.turn(receiver) { receiver.machine.received.count == start + 100 }
        }
        #expect(receiver.machine.received.map(\.bytes) == packets)
        #expect(receiver.machine.received.allSatisfy { $0.path == Path(local: to, remote: from) })
        #expect(sender.statistics.datagramsSent == 1_000)
        #expect(sender.statistics.bytesSent == 1_200_000)
        #expect(receiver.statistics.datagramsReceived == 1_000)
        // 100 packets of 1,200 bytes are three messages of at most 64 segments and 65,000 bytes.
        #expect(sender.statistics.segmentedSent + sender.statistics.segmentationRefused >= 20)
        if sender.statistics.segmentationRefused == 0 { #expect(sender.statistics.sendCalls <= 20) }
    }

    /// In runs that the kernel cuts and puts together, in messages of several, and alone.
    @Test(arguments: ["127.0.0.1:0", "[::1]:0"], [[1], [1, 40], [3, 1, 70]])
    func marksArriveAsTheyWereSent(text: String, runs: [Int]) throws {
        let (sender, receiver) = (try Self.loop(), try Self.loop())
        let wanted = TransportAddress(text)!
        let (from, to) = (try sender.bind(wanted), try receiver.bind(wanted))
        let codepoints: [ECNCodepoint] = [.capable0, .notCapable, .congestionExperienced, .capable1, .capable0]
        for codepoint in codepoints {
            for count in runs {
                for _ in 0..<count {
                    let bytes = Self.payload(sender.machine.outgoing.count, count: 1_000)
                    sender.machine.outgoing.append((Path(local: from, remote: to), bytes))
                    sender.machine.outgoingMarks.append(codepoint)
                }
            }
            sender.turn(atMost: .zero)
            let expected = sender.machine.outgoing.count
            Self.turn(receiver) { receiver.machine.received.count == expected }
        }
        // And all at once: runs end where the marks change.
        let sent = sender.machine.outgoing.count
        for codepoint in codepoints + codepoints {
            for _ in 0..<5 {
                sender.machine.outgoing.append((Path(local: from, remote: to), Self.payload(5, count: 1_000)))
                sender.machine.outgoingMarks.append(codepoint)
            }
        }
        sender.turn(atMost: .zero)
        Self.turn(receiver) { receiver.machine.received.count == sent + 50 }
        #expect(receiver.machine.received.map(\.bytes) == sender.machine.outgoing.map(\.bytes))
        #expect(receiver.machine.receivedMarks == sender.machine.outgoingMarks)
        #expect(sender.statistics.sendErrors == 0)
        if sender.statistics.segmentationRefused == 0 {
            #expect(sender.statistics.segmentedSent >= 9 && receiver.statistics.coalescedReceived > 0)
        }
    }

    /// What passes through keeps its mark (RFC 8656 section 14).
    @Test(arguments: ["127.0.0.1:0", "[::1]:0"])
    func whatPassesThroughKeepsItsMark(text: String) throws {
        let (client, relay, peer) = (try Self.loop(), try Self.loop(), try Self.loop())
        let wanted = TransportAddress(text)!
        let from = try client.bind(wanted)
        let (near, far) = (try relay.bind(wanted), try relay.bind(wanted))
        let to = try peer.bind(wanted)
        relay.machine.detours = [from: Path(local: far, remote: to)]
        client.machine.outgoing = (0..<40).map { (Path(local: from, remote: near), Self.payload($0, count: 500)) }
        client.machine.outgoingMarks = (0..<40).compactMap { ECNCodepoint(rawValue: UInt8($0 / 5 % 4)) }
        client.turn(atMost: .zero)
        Self.turn(relay, peer) { peer.machine.received.count == 40 }
        #expect(peer.machine.receivedMarks == client.machine.outgoingMarks)
    }

    @Test func sizesAndDestinationsMayAlternate() throws {
        let (sender, first, second) = (try Self.loop(), try Self.loop(), try Self.loop())
        let from = [try sender.bind(Self.loopback4), try sender.bind(Self.loopback4)]
        let to = [try first.bind(Self.loopback4), try second.bind(Self.loopback4)]
        var random = SeededRandom(seed: 1)
        var expected: [[[UInt8]]] = [[], []]
        for index in 0..<400 {
            let target = Int(random.next() % 2)
            let source = from[Int(random.next() % 2)]
            let count = [0, 1, 100, 100, 100, 1_200, 1_200, 1_472, 1_473, 2_000][Int(random.next() % 10)]
            let bytes = Self.payload(index, count: count)
            expected[target].append(bytes)
            sender.machine.outgoing.append((Path(local: source, remote: to[target]), bytes))
        }
        sender.turn(atMost: .zero)
        Self.turn(first, second) {
            first.machine.received.count == expected[0].count && second.machine.received.count == expected[1].count
        }
        // Two sockets send, so only each socket's packets are in order.
        for (loop, wanted) in [(first, expected[0]), (second, expected[1])] {
            #expect(loop.machine.received.map(\.bytes).sorted(by: Self.isBefore) == wanted.sorted(by: Self.isBefore))
        }
        #expect(sender.statistics.datagramsSent == 400)
        #expect(sender.statistics.sendErrors + sender.statistics.sendTooLarge == 0)
    }

    /// Each socket's packets share messages and calls although they were taken in turn, and stay in order.
    @Test func packetsOfSocketsThatAlternateShareCalls() throws {
        let (sender, receiver) = (try Self.loop(), try Self.loop())
        let from = try (0..<3).map { _ in try sender.bind(Self.loopback4) }
        let to = try (0..<2).map { _ in try receiver.bind(Self.loopback4) }
        let packets = (0..<120).map { Self.payload($0, count: $0 % 40 == 39 ? 20 : 100) }
        sender.machine.outgoing = packets.enumerated().map {
            (Path(local: from[$0.offset % 3], remote: to[$0.offset / 60]), $0.element)
        }
        sender.turn(atMost: .zero)
        Self.turn(receiver) { receiver.machine.received.count == packets.count }
        for (source, local) in from.enumerated() {
            for (target, remote) in to.enumerated() {
                let wanted = packets.indices.filter { $0 % 3 == source && $0 / 60 == target }.map { packets[$0] }
                let arrived = receiver.machine.received.filter { $0.path == Path(local: remote, remote: local) }
                #expect(arrived.map(\.bytes) == wanted)
            }
        }
        #expect(sender.statistics.datagramsSent == 120)
        if sender.statistics.segmentationRefused == 0 { #expect(sender.statistics.sendCalls == 3) }
    }

    /// What takes long to make does not hold up what is made already.
    @Test func aPacketLeavesWhileTheNextIsMade() throws {
        let (sender, receiver) = (try Self.loop(batchPatience: .zero), try Self.loop())
        let (from, to) = (try sender.bind(Self.loopback4), try receiver.bind(Self.loopback4))
        sender.machine.outgoing = (0..<3).map { (Path(local: from, remote: to), [UInt8($0)]) }
        var arrivedBefore: [Int] = []
        sender.machine.beforeEach = { index in
            Self.turn(receiver) { receiver.machine.received.count == index }
            arrivedBefore.append(receiver.machine.received.count)
        }
        sender.turn(atMost: .zero)
        #expect(arrivedBefore == [0, 1, 2])
        #expect(sender.statistics.sendCalls == 3)
    }

    private static func isBefore(_ left: [UInt8], _ right: [UInt8]) -> Bool { left.lexicographicallyPrecedes(right) }

    @Test func echoesComeBackToTheSocketTheyLeft() throws {
        let (client, server) = (try Self.loop(), try Self.loop())
        server.machine.echoes = true
        let to = try server.bind(Self.loopback4)
        let sockets = try (0..<64).map { _ in try client.bind(Self.loopback4) }
        #expect(Set(sockets).count == 64)
        client.machine.outgoing = sockets.enumerated().map {
            (Path(local: $0.element, remote: to), [UInt8($0.offset)])
        }
        client.turn(atMost: .zero)
        Self.turn(server, client) { client.machine.received.count == 64 }
        let pairs = client.machine.received.map { (Int($0.bytes[0]), $0.path.local) }
        #expect(pairs.count == 64 && pairs.allSatisfy { sockets[$0.0] == $0.1 })
    }

    /// What passes through meets neither `receive` nor a queue; what is refused is counted; the rest is received.
    @Test func whatPassesThroughGoesOnAtOnce() throws {
        let (client, relay, peer) = (try Self.loop(), try Self.loop(), try Self.loop())
        let from = [try client.bind(Self.loopback4), try client.bind(Self.loopback4)]
        let (near, far) = (try relay.bind(Self.loopback4), try relay.bind(Self.loopback4))
        let to = try peer.bind(Self.loopback4)
        relay.machine.detours = [from[0]: Path(local: far, remote: to)]
        relay.machine.refusesEmpty = true
        let payloads = (0..<100).map { Self.payload($0, count: [300, 300, 300, 40][$0 % 4]) } + [[]]
        client.machine.outgoing =
            payloads.map { (Path(local: from[0], remote: near), $0) } + [(Path(local: from[1], remote: near), [9])]
        client.turn(atMost: .zero)
        Self.turn(relay, peer) { peer.machine.received.count == 100 && relay.machine.received.count == 1 }
        #expect(peer.machine.received.map(\.bytes) == payloads.dropLast().map { [0xF0] + $0 })
        #expect(peer.machine.received.allSatisfy { $0.path == Path(local: to, remote: far) })
        #expect(relay.machine.received.map(\.bytes) == [[9]])
        #expect(relay.statistics.rejected == 1 && relay.statistics.datagramsReceived == 102)
        // Runs of equal packets are one message still.
        if relay.statistics.segmentationRefused == 0 { #expect(relay.statistics.segmentedSent > 0) }
    }

    /// Sockets come and go in any order: each packet leaves from the one that it names, or from none.
    @Test(arguments: 0..<5)
    func manySocketsComeAndGo(seed: Int) throws {
        let loop = try Self.loop()
        let receiver = try Self.loop()
        let to = try receiver.bind(Self.loopback4)
        var random = SeededRandom(seed: UInt64(seed))
        var open: [TransportAddress] = []
        var unknown: UInt64 = 0
        var expected: Set<TransportAddress> = []
        for round in 0..<60 {
            for _ in 0..<random.next() % 20 { open.append(try loop.bind(Self.loopback4)) }
            var closed: Set<TransportAddress> = []
            for _ in 0..<min(open.count, Int(random.next() % 20)) {
                let local = open.remove(at: Int(random.next() % UInt64(open.count)))
                loop.close(local)
                closed.insert(local)
            }
            expected.formUnion(open)
            unknown += UInt64(closed.count)
            loop.machine.outgoing += (open + closed).map { (Path(local: $0, remote: to), [UInt8(round)]) }
            let count = receiver.machine.received.count + open.count
            loop.turn(atMost: .zero)
            Self.turn(receiver) { receiver.machine.received.count == count }
            #expect(receiver.machine.received.count == count)
        }
        #expect(loop.statistics.sendUnknownPath == unknown && unknown > 0)
        #expect(Set(receiver.machine.received.map(\.path.remote)) == expected)
    }

    /// A socket that an event closes sends first what was said before, and what it had is not mixed up with the next.
    @Test func aSocketThatIsClosedSendsWhatWasSaid() throws {
        let receiver = try Self.loop()
        let to = try receiver.bind(Self.loopback4)
        let loop = try Loop(machine: CountingMachine()) { loop, _ in
            if let path = loop.machine.outgoing.first?.path { loop.close(path.local) }
        }
        let from = try loop.bind(Self.loopback4)
        loop.machine.outgoing = (0..<3).map { (Path(local: from, remote: to), [UInt8($0)]) }
        loop.machine.timers = [loop.now]
        loop.turn(atMost: .zero)
        loop.machine.outgoing.append((Path(local: from, remote: to), [9]))
        loop.turn(atMost: .zero)
        Self.turn(receiver) { receiver.machine.received.count == 3 }
        #expect(receiver.machine.received.map(\.bytes) == [[0], [1], [2]])
        #expect(loop.statistics.sendUnknownPath == 1)
    }

    /// A socket that had single datagrams for long still gives many in their order when they come.
    @Test func singlesAndCrowdsArriveInOrder() throws {
        let (sender, receiver) = (try Self.loop(), try Self.loop())
        let from = try sender.bind(Self.loopback4)
        let to = try receiver.bind(Self.loopback4)
        var number = 0
        for count in [Int](repeating: 1, count: 20) + [100, 1, 1, 50] + [Int](repeating: 1, count: 20) + [3, 200] {
            // Each shorter than the one before: no two of them are one message.
            sender.machine.outgoing += (0..<count).map { index in
                number += 1
                return (Path(local: from, remote: to), Self.payload(number, count: 2 + (count - index) * 3))
            }
            sender.turn(atMost: .zero)
            Self.turn(receiver) { receiver.machine.received.count == number }
        }
        #expect(receiver.machine.received.map(\.bytes) == sender.machine.outgoing.map(\.bytes))
    }

    @Test func timersFireOnceEachAndNeverEarly() throws {
        var events: [CountingMachine.Event] = []
        let loop = try Loop(machine: CountingMachine()) { loop, event in events.append(event) }
        let start = loop.now
        let deadlines = (0..<50).map { start + .microseconds(Int64($0) * 300) }
        loop.machine.timers = deadlines
        while loop.machine.fired < 50, loop.now - start < .seconds(20) { loop.turn(atMost: .seconds(1)) }
        #expect(loop.now >= deadlines[49])
        #expect(events == (1...50).map { .fired($0) })
        // Woken for the timers only: no spinning between them.
        #expect(loop.statistics.turns <= 60)
    }

    @Test func aMachineThatNeverAdvancesDoesNotSpinTheLoop() throws {
        struct Stuck: DatagramMachine {
            enum Failure: Error {}
            var nextDeadline: Instant? { .zero }
            mutating func receive(_ datagram: Span<UInt8>, on path: Path, at now: Instant) throws(Failure) {}
            mutating func advance(to now: Instant) {}
            mutating func pollTransmit(into packet: inout OutputSpan<UInt8>, at now: Instant) -> Path? { nil }
            mutating func pollEvent() -> Int? { nil }
        }
        let loop = try DatagramLoop(machine: Stuck()) { _, _ in }
        let start = loop.now
        for _ in 0..<21 { loop.turn() }
        #expect(loop.statistics.stalls == 21)
        #expect(loop.now - start >= .microseconds(20 * 50))
    }

    @Test func otherThreadsReachTheLoopByItsMailbox() throws {
        final class Log: @unchecked Sendable { var values: [Int] = [] }
        // The timer ends the loop should nothing else.
        let loop = try Loop(machine: CountingMachine()) { loop, _ in loop.stop() }
        loop.machine.timers = [loop.now + .seconds(20)]
        let mailbox = loop.mailbox
        let log = Log()
        let thread = try WorkerThread(named: "mailbox-test") {
            for index in 0..<10_000 { mailbox.post { _ in log.values.append(index) } }
            mailbox.post { $0.stop() }
        }
        loop.run()
        thread.join()
        #expect(log.values == Array(0..<10_000))
    }

    @Test func aFullMailboxRefuses() throws {
        var configuration = DatagramConfiguration()
        configuration.mailboxLimit = 3
        let loop = try Loop(machine: CountingMachine(), configuration: configuration) { _, _ in }
        #expect((0..<5).map { _ in loop.mailbox.post { $0.machine.sent += 0 } } == [true, true, true, false, false])
        loop.turn(atMost: .zero)
        #expect(loop.mailbox.post { _ in })
    }

    @Test func foreignDescriptorsAreWatched() throws {
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        defer { for end in ends { close(end) } }
        let loop = try Self.loop()
        var seen: [UInt8] = []
        try loop.watch(ends[0]) { readiness in
            guard readiness.contains(.readable) else { return }
            var byte: UInt8 = 0
            if read(ends[0], &byte, 1) == 1 { seen.append(byte) }
        }
        var bytes: [UInt8] = [5, 6, 7]
        #expect(write(ends[1], &bytes, 3) == 3)
        Self.turn(loop) { seen.count == 3 }
        #expect(seen == [5, 6, 7])
        loop.unwatch(ends[0])
        #expect(write(ends[1], &bytes, 3) == 3)
        loop.turn(atMost: .zero)
        #expect(seen.count == 3)
    }

    @Test func refusalsAreCountedAndHarmNothing() throws {
        let loop = try Self.loop()
        let local = try loop.bind(Self.loopback4)
        let closed = try loop.bind(Self.loopback4)
        loop.close(closed)
        loop.machine.outgoing = [
            (Path(local: local, remote: closed), [1]),
            (Path(local: closed, remote: local), [2]),
            (Path(local: local, remote: TransportAddress("[2001:db8::1]:9")!), [3]),
            (Path(local: local, remote: TransportAddress("192.0.2.1:9")!), [4]),
            (Path(transport: .tcp, local: local, remote: local), [7]),
            (Path(local: local, remote: TransportAddress("127.0.0.1:0")!), [5]),
            (Path(local: local, remote: local), [6]),
        ]
        Self.turn(loop) { loop.machine.received.count == 1 }
        #expect(loop.machine.received.map(\.bytes) == [[6]])
        #expect(loop.statistics.sendUnknownPath == 2 && loop.streamStatistics.framesWithoutPath == 1)
        #expect(loop.statistics.sendErrors >= 2)
    }

    @Test func theMachineMayRefuse() throws {
        let loop = try Self.loop()
        let local = try loop.bind(Self.loopback4)
        loop.machine.refusesEmpty = true
        loop.machine.outgoing = [(Path(local: local, remote: local), []), (Path(local: local, remote: local), [1])]
        Self.turn(loop) { loop.machine.received.count == 1 }
        #expect(loop.statistics.rejected == 1)
        #expect(loop.statistics.datagramsReceived == 2)
    }

    @Test func aTakenPortIsAnError() throws {
        let loop = try Self.loop()
        let local = try loop.bind(Self.loopback4)
        #expect(throws: SystemFailure.self) { try loop.bind(local) }
        #expect(throws: SystemFailure.self) { try loop.bind(TransportAddress("192.0.2.1:0")!) }
        let shared = try loop.bind(Self.loopback4, sharesPort: true)
        let other = try Self.loop().bind(shared, sharesPort: true)
        #expect(other == shared)
    }

    @Test func socketsAreClosedWithTheLoop() throws {
        func openDescriptors() -> Int {
            (0..<1_024).count { fcntl($0, F_GETFD) >= 0 }
        }
        func once() throws {
            let loop = try Self.loop()
            for _ in 0..<100 { _ = try loop.bind(Self.loopback4) }
        }
        try once()
        let before = openDescriptors()
        for _ in 0..<10 { try once() }
        // Other tests run beside this one and hold a few.
        #expect(openDescriptors() < before + 200)
    }

    @Test func interfacesHaveUsableAddresses() throws {
        let all = try NetworkInterfaces.addresses(includingLoopback: true)
        #expect(all.contains { $0.ip.isLoopback })
        #expect(all.allSatisfy { $0.ip.isIPv4 || !$0.ip.isLinkLocal })
        let outward = try NetworkInterfaces.addresses()
        #expect(outward.allSatisfy { !$0.ip.isLoopback })
        let loop = try Self.loop()
        for address in all { #expect(try loop.bind(TransportAddress(ip: address.ip, port: 0)).ip == address.ip) }
    }
}
