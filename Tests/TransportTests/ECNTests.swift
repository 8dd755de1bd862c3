import Testing
import Transport
import WireFormat

/// Marks of congestion: made where the path carries them, heeded as losses are, given up where they come to harm.
@Suite struct ECNTests {
    private static func simulation(_ treatment: ECNTreatment, markBytes: Int = .max) -> Simulation {
        var link = BottleneckTests.link(20, rttMilliseconds: 20, buffer: 4)
        link.treatment = treatment
        link.markBytes = markBytes
        return Simulation(there: link, back: LinkModel(delay: link.delay))
    }

    @Test func whatThePathCarriesIsMarked() {
        var simulation = Self.simulation(.carried)
        simulation.peers[0].endlessStream = .bulk(0)
        simulation.run(until: Instant(nanoseconds: 1_000_000_000))
        let (sender, receiver) = (
            simulation.peers[0].connection.statistics, simulation.peers[1].connection.statistics
        )
        #expect(sender.isECNCapable)
        // Nearly all but those between the first ten and their acknowledgement.
        #expect(sender.packetsMarkable * 100 > sender.packetsSent * 97)
        #expect(sender.marksReported == 0 && receiver.marksReceived == 0)
        // The receiver's own packets are acknowledgements, which are not answered.
        #expect(receiver.packetsMarkable < 10)
        #expect(receiver.isECNCapable == (receiver.packetsMarkable > 0))
        #expect(simulation.complaints == [])
    }

    @Test(arguments: [ECNTreatment.cleared, .confused, .alwaysMarked, .dropped])
    func aPathThatDoesHarmIsSparedThem(_ treatment: ECNTreatment) {
        var simulation = Self.simulation(treatment)
        simulation.peers[0].unwritten[2] = [UInt8](repeating: 7, count: 2_000_000)
        simulation.run(until: Instant(nanoseconds: 3_000_000_000))
        let statistics = simulation.peers[0].connection.statistics
        #expect(!statistics.isECNCapable)
        #expect(simulation.peers[1].received[2].count == 2_000_000)
        #expect(statistics.packetsSent > 1_000)
        // Ten to try it with; what is always marked takes more to be told from a full line.
        #expect(statistics.packetsMarkable <= (treatment == .alwaysMarked ? 150 : 10))
        if treatment == .dropped { #expect(statistics.packetsLost <= 10) }
    }

    /// What one path does says nothing of the next, and is known of it for a while.
    @Test func eachPathIsTriedByItself() {
        var simulation = Self.simulation(.cleared)
        simulation.peers[0].endlessStream = .bulk(0)
        simulation.run(until: Instant(nanoseconds: 500_000_000))
        let before = simulation.peers[0].connection.statistics
        #expect(!before.isECNCapable && before.packetsMarkable == 10)
        simulation.links[0].treatment = .carried
        Self.move(&simulation, to: 2)
        simulation.run(until: Instant(nanoseconds: 1_000_000_000))
        let moved = simulation.peers[0].connection.statistics
        #expect(moved.isECNCapable && moved.packetsMarkable > before.packetsMarkable + 300)
        simulation.links[0].treatment = .cleared
        Self.move(&simulation, to: 1)
        simulation.run(until: Instant(nanoseconds: 1_500_000_000))
        let back = simulation.peers[0].connection.statistics
        #expect(!back.isECNCapable && back.packetsMarkable == moved.packetsMarkable)
    }

    private static func move(_ simulation: inout Simulation, to path: UInt64) {
        let now = simulation.now
        simulation.peers[0].connection.pathChanged(to: PathIdentifier(path), at: now)
    }

    /// A route that changes under a path in use is noticed, both ways.
    @Test func aPathThatBeginsToClearIsNoticed() {
        var simulation = Self.simulation(.carried)
        simulation.peers[0].endlessStream = .bulk(0)
        simulation.run(until: Instant(nanoseconds: 500_000_000))
        #expect(simulation.peers[0].connection.statistics.isECNCapable)
        simulation.links[0].treatment = .cleared
        simulation.run(until: Instant(nanoseconds: 1_000_000_000))
        #expect(!simulation.peers[0].connection.statistics.isECNCapable)
    }

    /// After a network that was away, what comes first is tried anew: it may be another.
    @Test(arguments: [ECNTreatment.carried, .dropped])
    func anOutageBeginsTheTestAnew(_ treatment: ECNTreatment) {
        var simulation = Self.simulation(.carried)
        simulation.links[0].outages = [Instant(nanoseconds: 500_000_000)..<Instant(nanoseconds: 2_500_000_000)]
        simulation.peers[0].endlessStream = .bulk(0)
        simulation.run(until: Instant(nanoseconds: 500_000_000))
        #expect(simulation.peers[0].connection.statistics.isECNCapable)
        simulation.links[0].treatment = treatment
        let received = simulation.peers[1].received[2].count
        simulation.run(until: Instant(nanoseconds: 6_000_000_000))
        #expect(simulation.peers[0].connection.statistics.isECNCapable == (treatment == .carried))
        #expect(simulation.peers[1].received[2].count > received + 2_000_000)
    }

    /// Chance takes packets, changes their order and doubles them: none of that is taken for harm.
    @Test(arguments: 1...6 as ClosedRange<UInt64>)
    func badLinesAreNotTakenForHarm(seed: UInt64) {
        var link = BottleneckTests.link(20, rttMilliseconds: 20, buffer: 4)
        link.loss = 0.05
        link.jitter = .milliseconds(8)
        link.duplication = 0.05
        var back = LinkModel(delay: link.delay)
        back.loss = 0.2
        back.jitter = .milliseconds(8)
        var simulation = Simulation(seed: seed, there: link, back: back)
        simulation.peers[0].endlessStream = .bulk(0)
        simulation.run(until: Instant(nanoseconds: 4_000_000_000))
        #expect(simulation.peers[0].connection.statistics.isECNCapable)
    }

    /// A line that marks early loses less, or makes wait less, than one that does not, and is used as well.
    @Test(arguments: CongestionController.Algorithm.allCases, [0.5, 1.0, 4.0])
    func aLineThatMarksLosesLess(_ algorithm: CongestionController.Algorithm, buffer: Double) {
        var link = BottleneckTests.link(20, rttMilliseconds: 40, buffer: buffer)
        let plain = BottleneckTests.bulk(algorithm, over: link, seconds: 8).links[0]
        link.markBytes = min(link.queueBytes / 3, 25_000)
        let simulation = BottleneckTests.bulk(algorithm, over: link, seconds: 8)
        let marking = simulation.links[0]
        let waits = (plain.queueingDelay(percentile: 0.95), marking.queueingDelay(percentile: 0.95))
        #expect(marking.droppedPackets <= plain.droppedPackets)
        #expect(waits.1 <= waits.0)
        #expect(marking.droppedPackets < plain.droppedPackets || waits.1 < waits.0)
        #expect(simulation.peers[0].connection.statistics.marksReported > 0)
        #expect(Double(marking.deliveredBytes) > 0.85 * Double(plain.deliveredBytes))
    }
}
