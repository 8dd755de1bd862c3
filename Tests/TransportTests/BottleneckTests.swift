import Testing
import Transport
import WireFormat

/// A link with a rate and a queue: how much of it is used, how long packets wait. All in virtual time, so the figures
/// are the same in every run.
@Suite struct BottleneckTests {
    struct Case: Sendable {
        var megabits: Double
        var rttMilliseconds: Int64
        /// The buffer in bandwidth-delay products.
        var buffer: Double
        var loss = 0.0
        /// The least use of the link, and the most that 95 % of packets wait; the start and its overshoot counted.
        var use: Double
        var waitMilliseconds: Double
    }

    static let cases = [
        Case(megabits: 1, rttMilliseconds: 20, buffer: 4, use: 0.95, waitMilliseconds: 20),
        Case(megabits: 5, rttMilliseconds: 20, buffer: 1, use: 0.95, waitMilliseconds: 12),
        Case(megabits: 5, rttMilliseconds: 20, buffer: 4, loss: 0.03, use: 0.95, waitMilliseconds: 12),
        Case(megabits: 20, rttMilliseconds: 20, buffer: 0.5, use: 0.95, waitMilliseconds: 8),
        Case(megabits: 20, rttMilliseconds: 40, buffer: 1, loss: 0.01, use: 0.95, waitMilliseconds: 12),
        Case(megabits: 20, rttMilliseconds: 100, buffer: 4, use: 0.9, waitMilliseconds: 40),
    ]

    static func link(_ megabits: Double, rttMilliseconds: Int64, buffer: Double) -> LinkModel {
        var link = LinkModel(delay: .milliseconds(rttMilliseconds / 2))
        link.bytesPerSecond = megabits * 125_000
        link.queueBytes = max(3_000, Int(megabits * 125 * Double(rttMilliseconds) * buffer))
        return link
    }

    static func bulk(
        _ algorithm: CongestionController.Algorithm, over link: LinkModel, seconds: Int64
    ) -> Simulation {
        var configuration = Connection.Configuration()
        configuration.congestionControl = algorithm
        var simulation = Simulation(configuration: configuration, there: link, back: LinkModel(delay: link.delay))
        simulation.peers[0].endlessStream = .bulk(0)
        simulation.run(until: Instant(nanoseconds: seconds * 1_000_000_000))
        return simulation
    }

    @Test(arguments: cases)
    func fillsTheLinkAndNotTheQueue(_ example: Case) {
        var link = Self.link(
            example.megabits, rttMilliseconds: example.rttMilliseconds, buffer: example.buffer)
        link.loss = example.loss
        // Long enough to show a dip; the longest path needs a second to start.
        let seconds: Int64 = example.rttMilliseconds > 50 ? 8 : 5
        let simulation = Self.bulk(.copa, over: link, seconds: seconds)
        let use = Double(simulation.links[0].deliveredBytes) / (example.megabits * 125_000 * Double(seconds))
        #expect(use >= example.use)
        #expect(simulation.links[0].queueingDelay(percentile: 0.95).milliseconds <= example.waitMilliseconds)
        #expect(simulation.complaints == [])
    }

    /// The yardsticks behave as they do in the world: they fill the buffer, and loss halves their rate.
    @Test(arguments: [CongestionController.Algorithm.newReno, .cubic])
    func lossBasedControlFillsTheBuffer(_ algorithm: CongestionController.Algorithm) {
        let link = Self.link(5, rttMilliseconds: 20, buffer: 4)
        let filling = Self.bulk(algorithm, over: link, seconds: 10).links[0]
        #expect(Double(filling.deliveredBytes) >= 0.9 * 6_250_000)
        let copa = Self.bulk(.copa, over: link, seconds: 10).links[0]
        #expect(
            filling.queueingDelay(percentile: 0.95).nanoseconds > 3 * copa.queueingDelay(percentile: 0.95).nanoseconds)
        var lossy = Self.link(20, rttMilliseconds: 40, buffer: 1)
        lossy.loss = 0.01
        let slowed = Self.bulk(algorithm, over: lossy, seconds: 5).links[0]
        #expect(Double(slowed.deliveredBytes) < 0.5 * 12_500_000)
    }

    @Test(arguments: [
        (1.0, 40 as Int64, 1.0), (1, 40, 4), (5, 20, 4), (5, 40, 0.5), (5, 40, 1), (10, 40, 1), (20, 40, 0.5),
        (100, 40, 1),
    ])
    func twoFlowsShare(megabits: Double, rttMilliseconds: Int64, buffer: Double) {
        let link = Self.link(megabits, rttMilliseconds: rttMilliseconds, buffer: buffer)
        var simulation = Simulation(there: link, back: LinkModel(delay: link.delay))
        simulation.addPair()
        simulation.peers[0].endlessStream = .bulk(0)
        simulation.at(Instant(nanoseconds: 2_000_000_000), peer: 2) { peer, _ in peer.endlessStream = .bulk(0) }
        simulation.run(until: Instant(nanoseconds: 8_000_000_000))
        let before = (simulation.peers[1].received[2].count, simulation.peers[3].received[2].count)
        simulation.run(until: Instant(nanoseconds: 16_000_000_000))
        let first = Double(simulation.peers[1].received[2].count - before.0)
        let second = Double(simulation.peers[3].received[2].count - before.1)
        #expect(max(first, second) / min(first, second) < 1.1)
    }

    /// Small packets pass a narrow line sooner than large ones; that is no queue, and costs the flow that sends them beside
    /// its bulk no part of its share.
    @Test func smallPacketsCostNoShare() {
        let link = Self.link(5, rttMilliseconds: 40, buffer: 4)
        var simulation = Simulation(there: link, back: LinkModel(delay: link.delay))
        simulation.addPair()
        for index in [0, 2] { simulation.peers[index].endlessStream = .bulk(0) }
        for tick in 0..<160 as Range<Int64> {
            simulation.at(Instant(nanoseconds: tick * 100_000_000)) { peer, _ in peer.sendInput([1, 2, 3]) }
        }
        simulation.run(until: Instant(nanoseconds: 6_000_000_000))
        let before = (simulation.peers[1].received[2].count, simulation.peers[3].received[2].count)
        simulation.run(until: Instant(nanoseconds: 16_000_000_000))
        let first = Double(simulation.peers[1].received[2].count - before.0)
        let second = Double(simulation.peers[3].received[2].count - before.1)
        #expect(max(first, second) / min(first, second) < 1.1)
        #expect(simulation.peers[1].inputs.count == 160)
    }

    /// Where a full packet would hold the line for longer than a key should wait, bulk goes in smaller ones.
    @Test(arguments: [(0.5, 800), (1.0, 900), (20.0, 1_500)])
    func bulkLeavesNarrowLinesEarly(megabits: Double, largest: Int) {
        let link = Self.link(megabits, rttMilliseconds: 40, buffer: 4)
        var simulation = Simulation(there: link, back: LinkModel(delay: link.delay))
        simulation.peers[0].endlessStream = .bulk(0)
        simulation.run(until: Instant(nanoseconds: 4_000_000_000))
        let (bytes, packets) = (simulation.links[0].deliveredBytes, simulation.links[0].sentPackets)
        simulation.run(until: Instant(nanoseconds: 8_000_000_000))
        let mean = (simulation.links[0].deliveredBytes - bytes) / (simulation.links[0].sentPackets - packets)
        #expect(mean <= largest)
        #expect(mean >= largest / 2)
    }

    /// A flow that fills buffers takes most of the link, but does not starve us.
    @Test func survivesBesideCubic() {
        let link = Self.link(10, rttMilliseconds: 40, buffer: 2)
        var simulation = Simulation(there: link, back: LinkModel(delay: link.delay))
        var cubic = Connection.Configuration()
        cubic.congestionControl = .cubic
        simulation.addPair(cubic)
        simulation.peers[0].endlessStream = .bulk(0)
        simulation.peers[2].endlessStream = .bulk(0)
        simulation.run(until: Instant(nanoseconds: 12_000_000_000))
        #expect(simulation.peers[1].received[2].count > 1_500_000)
    }

    /// A queue that marks instead of dropping is obeyed.
    @Test func marksSlowTheSender() {
        var link = Self.link(20, rttMilliseconds: 20, buffer: 8)
        link.markBytes = 20_000
        let simulation = Self.bulk(.newReno, over: link, seconds: 5)
        #expect(simulation.links[0].droppedPackets == 0)
        #expect(simulation.links[0].queueingDelay(percentile: 0.95) < .milliseconds(30))
        #expect(simulation.peers[0].connection.statistics.congestionEvents > 10)
    }

    /// State that never runs dry leaves bulk its share, and control goes before both.
    @Test func prioritiesHold() {
        let link = Self.link(5, rttMilliseconds: 20, buffer: 4)
        var simulation = Simulation(there: link, back: LinkModel(delay: link.delay))
        simulation.peers[0].channel.isEndless = true
        simulation.at(.zero) { peer, _ in
            for tile in 0..<64 { peer.channel.change(tile) }
            peer.endlessStream = .bulk(0)
        }
        simulation.at(Instant(nanoseconds: 3_000_000_000)) { peer, _ in peer.unwritten[0] = [1, 2, 3] }
        simulation.run(until: Instant(nanoseconds: 3_060_000_000))
        #expect(simulation.peers[1].received[0] == [1, 2, 3])
        simulation.run(until: Instant(nanoseconds: 8_000_000_000))
        let bulk = Double(simulation.peers[1].received[2].count)
        let state = Double(simulation.peers[1].channel.receivedBytes)
        #expect(bulk / (bulk + state) > 0.08)
        #expect(bulk / (bulk + state) < 0.2)
    }
}
