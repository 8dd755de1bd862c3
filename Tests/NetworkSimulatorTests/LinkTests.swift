import NetworkSimulator
import Testing
import WireFormat

@Suite struct LinkTests {
    static let first = address("198.51.100.1:4000")
    static let second = address("198.51.100.2:4000")

    /// Sends packets of `bytes` payload bytes at the given milliseconds over a link; returns when each arrived.
    static func arrivals(
        over conditions: LinkConditions, at milliseconds: [Int64], bytes: Int = 100, seed: UInt64 = 1,
        ecn: ECNCodepoint = .notCapable
    ) -> (arrivals: [ScriptedEndpoint.Received], counters: TrafficCounters) {
        var simulator = Simulator<TestEndpoint>(seed: seed)
        let sender = simulator.addHost(
            .scripted(ScriptedEndpoint()),
            [AttachmentPlan(addresses: [first.ip], link: AccessLink(up: conditions, down: .instant))])
        let receiver = simulator.addHost(
            .scripted(ScriptedEndpoint()), [AttachmentPlan(addresses: [second.ip])])
        for (index, time) in milliseconds.enumerated() {
            simulator.run(until: .zero + .milliseconds(time))
            simulator.update(sender) { endpoint, _ in
                let payload = [UInt8(index & 255)] + [UInt8](repeating: 7, count: bytes - 1)
                endpoint.scripted.transmittedECN = ecn
                endpoint.scripted.outgoing.append((Path(local: first, remote: second), payload))
            }
        }
        simulator.run(until: .zero + .seconds(100))
        #expect(simulator.network.packetsUnderWay == 0)
        return (simulator[receiver].scripted.received, simulator.network.counters(of: sender))
    }

    @Test func `delay is added and order kept`() {
        let (received, counters) = Self.arrivals(over: LinkConditions(delay: .milliseconds(20)), at: [0, 1, 2])
        #expect(received.map(\.at) == [20, 21, 22].map { .zero + .milliseconds($0) })
        #expect(received.map { $0.bytes[0] } == [0, 1, 2])
        #expect(received.allSatisfy { $0.path == Path(local: Self.second, remote: Self.first) })
        #expect(counters.sentPackets == 3)
        #expect(counters.sentBytes == 300)
        #expect(counters.droppedPackets == 0)
    }

    @Test func `the rate spaces packets and the queue drops from the tail`() {
        // 128 bytes on the wire take a millisecond; two packets may wait behind the one on the line.
        let conditions = LinkConditions(bytesPerSecond: 128_000, queueBytes: 3 * 128)
        let (received, counters) = Self.arrivals(over: conditions, at: [0, 0, 0, 0, 0], bytes: 100)
        #expect(received.map(\.at.nanoseconds) == [1_000_000, 2_000_000, 3_000_000])
        #expect(counters[.queueFull] == 2)
    }

    @Test func `a long queue marks what is capable, and only that`() {
        // 128 bytes on the wire take a millisecond; with more than two packets before it, one is marked.
        var conditions = LinkConditions(bytesPerSecond: 128_000, queueBytes: 6 * 128, markingBytes: 2 * 128)
        let times = [Int64](repeating: 0, count: 5)
        for ecn in [ECNCodepoint.capable0, .capable1] {
            let (received, counters) = Self.arrivals(over: conditions, at: times, ecn: ecn)
            let marked = ECNCodepoint.congestionExperienced
            #expect(received.map(\.ecn) == [ecn, ecn, ecn, marked, marked])
            #expect(counters.markedPackets == 2 && counters.droppedPackets == 0)
        }
        let (plain, counters) = Self.arrivals(over: conditions, at: times)
        #expect(plain.map(\.ecn) == times.map { _ in .notCapable })
        #expect(counters.markedPackets == 0)
        conditions.bleachesECN = true
        #expect(
            Self.arrivals(over: conditions, at: times, ecn: .capable0).arrivals.allSatisfy { $0.ecn == .notCapable })
    }

    @Test func `a line that is idle again takes packets at once`() {
        let conditions = LinkConditions(bytesPerSecond: 128_000, queueBytes: 256)
        let (received, _) = Self.arrivals(over: conditions, at: [0, 10, 20], bytes: 100)
        #expect(received.map(\.at) == [1, 11, 21].map { .zero + .milliseconds($0) })
    }

    @Test func `packets beyond the MTU are dropped`() {
        let conditions = LinkConditions(maximumTransmissionUnit: 1_280)
        #expect(Self.arrivals(over: conditions, at: [0], bytes: 1_252).arrivals.count == 1)
        let (received, counters) = Self.arrivals(over: conditions, at: [0], bytes: 1_253)
        #expect(received.isEmpty)
        #expect(counters[.tooBig] == 1)
    }

    @Test func `independent loss has the asked rate`() {
        let times = (0..<4_000).map { Int64($0) }
        let (received, counters) = Self.arrivals(over: LinkConditions(loss: .bernoulli(0.1)), at: times)
        #expect((3_500...3_700).contains(received.count))
        #expect(counters[.loss] == 4_000 - received.count)
    }

    @Test func `Gilbert-Elliott loss comes in bursts`() {
        let model = LossModel.gilbertElliott(toBad: 0.02, toGood: 0.2, lossWhenGood: 0, lossWhenBad: 0.8)
        let times = (0..<4_000).map { Int64($0) }
        let (received, _) = Self.arrivals(over: LinkConditions(loss: model), at: times)
        // The chain is bad for a share of 0.02 / 0.22; four fifths of those packets are lost.
        let expected = 4_000 * (1 - 0.8 * 0.02 / 0.22)
        #expect(abs(Double(received.count) - expected) < 120)
        let gaps = zip(received, received.dropFirst()).filter { $1.at - $0.at > .milliseconds(1) }.count
        #expect(gaps < (4_000 - received.count) * 2 / 3, "losses stand together")
    }

    @Test func `jitter keeps the order unless it may not`() {
        let times = (0..<500).map { Int64($0) }
        var conditions = LinkConditions(delay: .milliseconds(5), jitter: .milliseconds(10))
        let ordered = Self.arrivals(over: conditions, at: times).arrivals
        #expect(ordered.count == 500)
        #expect(ordered.map { $0.bytes[0] } == times.map { UInt8(truncatingIfNeeded: $0) })
        conditions.jitterReorders = true
        let shuffled = Self.arrivals(over: conditions, at: times).arrivals
        #expect(shuffled.count == 500)
        #expect(shuffled.map { $0.bytes[0] } != times.map { UInt8(truncatingIfNeeded: $0) })
    }

    @Test func `reordering, duplication and corruption do what they say`() {
        let times = (0..<1_000).map { Int64($0) }
        let late = Self.arrivals(
            over: LinkConditions(reordering: 0.1, reorderingDelay: .milliseconds(50)), at: times
        ).arrivals
        let heldBack = late.enumerated().filter { $0.element.at >= .zero + .milliseconds(50) }.count
        #expect(late.count == 1_000 && heldBack > 0)
        let doubled = Self.arrivals(over: LinkConditions(duplication: 0.5), at: times).arrivals
        #expect((1_400...1_600).contains(doubled.count))
        let changed = Self.arrivals(over: LinkConditions(corruption: 0.5), at: times).arrivals
        let intact = changed.enumerated().filter { index, packet in
            packet.bytes == [UInt8(truncatingIfNeeded: index)] + [UInt8](repeating: 7, count: 99)
        }.count
        #expect((400...600).contains(intact))
    }

    @Test func `a link that is down drops, and carries again when up`() {
        var simulator = Simulator<TestEndpoint>(seed: 1)
        let sender = simulator.addHost(.scripted(ScriptedEndpoint()), [AttachmentPlan(addresses: [Self.first.ip])])
        let receiver = simulator.addHost(.scripted(ScriptedEndpoint()), [AttachmentPlan(addresses: [Self.second.ip])])
        let link = simulator.network.attachments(of: sender)[0]
        simulator.network.schedule(.linkDown(link), at: .zero + .milliseconds(10))
        simulator.network.schedule(.linkUp(link), at: .zero + .milliseconds(20))
        let slow = AccessLink(delay: .milliseconds(7))
        simulator.network.schedule(.linkChange(link, to: slow), at: .zero + .milliseconds(30))
        for time: Int64 in [5, 15, 25, 35] {
            simulator.run(until: .zero + .milliseconds(time))
            simulator.update(sender) { endpoint, _ in
                endpoint.scripted.outgoing.append((Path(local: Self.first, remote: Self.second), [UInt8(time)]))
            }
        }
        simulator.run(until: .zero + .seconds(1))
        #expect(simulator[receiver].scripted.received.map(\.at) == [5, 25, 42].map { .zero + .milliseconds($0) })
        #expect(simulator.network.counters(of: sender)[.linkDown] == 1)
    }
}
