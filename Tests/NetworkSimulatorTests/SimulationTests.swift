import NetworkSimulator
import Testing
import WireFormat

@Suite struct SimulationTests {
    static let first = address("198.51.100.1:4000")
    static let second = address("198.51.100.2:4000")

    /// Two scripted hosts in the internet, 10 ms apart, with a pipe of 30 ms.
    final class Pair {
        var simulator: Simulator<TestEndpoint>
        let hosts: [HostIdentifier]
        let pipe: PipeIdentifier

        init(seed: UInt64 = 1, link: LinkConditions = LinkConditions(delay: .milliseconds(5))) {
            simulator = Simulator(seed: seed)
            var hosts: [HostIdentifier] = []
            for address in [SimulationTests.first, SimulationTests.second] {
                hosts.append(
                    simulator.addHost(
                        .scripted(ScriptedEndpoint()),
                        [AttachmentPlan(addresses: [address.ip], link: AccessLink(link))]))
            }
            self.hosts = hosts
            pipe = simulator.network.addPipe(between: hosts[0], and: hosts[1], delay: .milliseconds(30))
        }

        func send(_ bytes: [UInt8], from index: Int = 0) {
            let ends = [SimulationTests.first, SimulationTests.second]
            simulator.update(hosts[index]) { endpoint, _ in
                endpoint.scripted.outgoing.append((Path(local: ends[index], remote: ends[1 - index]), bytes))
            }
        }

        func sendMessage(_ bytes: [UInt8], from index: Int = 0) {
            simulator.update(hosts[index]) { [pipe] endpoint, _ in
                endpoint.scripted.messages.append(PipeMessage(pipe: pipe, bytes: bytes))
            }
        }

        func endpoint(_ index: Int) -> ScriptedEndpoint { simulator[hosts[index]].scripted }

        func run(until milliseconds: Int64) { simulator.run(until: .zero + .milliseconds(milliseconds)) }
    }

    @Test func `pipes deliver in order after their delay`() {
        let pair = Pair()
        for value: UInt8 in 0..<5 { pair.sendMessage([value]) }
        pair.sendMessage([9], from: 1)
        pair.run(until: 1_000)
        #expect(pair.endpoint(1).receivedMessages.map(\.bytes) == [[0], [1], [2], [3], [4]])
        #expect(pair.endpoint(0).receivedMessages.map(\.bytes) == [[9]])
        #expect(pair.endpoint(1).messageTimes.allSatisfy { $0 == .zero + .milliseconds(30) })
    }

    @Test func `a cut pipe loses what is under way, and both ends know`() {
        let pair = Pair()
        pair.sendMessage([1])
        pair.simulator.network.schedule(.pipeCut(pair.pipe), at: .zero + .milliseconds(10))
        pair.simulator.network.schedule(.pipeRestoration(pair.pipe), at: .zero + .milliseconds(20))
        pair.run(until: 15)
        pair.sendMessage([2])
        pair.run(until: 25)
        pair.sendMessage([3])
        pair.run(until: 1_000)
        #expect(pair.endpoint(1).receivedMessages.map(\.bytes) == [[3]])
        #expect(pair.endpoint(0).pipeStates == [false, true])
        #expect(pair.endpoint(1).pipeStates == [false, true])
    }

    @Test func `a dead host is silent, its pipes close, and it can return`() {
        let pair = Pair()
        pair.simulator.network.schedule(.hostRemoval(pair.hosts[1]), at: .zero + .milliseconds(10))
        pair.simulator.network.schedule(.hostReturn(pair.hosts[1]), at: .zero + .milliseconds(50))
        for time: Int64 in [5, 20, 60] {
            pair.run(until: time)
            pair.send([UInt8(time)])
        }
        pair.run(until: 1_000)
        #expect(pair.endpoint(1).received.map(\.bytes) == [[60]])
        #expect(pair.endpoint(0).pipeStates == [false])
        #expect(pair.simulator.network.counters(of: pair.hosts[0])[.hostGone] == 2)
    }

    @Test func `a new address is told to the host and known to the network`() {
        let pair = Pair()
        let link = pair.simulator.network.attachments(of: pair.hosts[1])[0]
        let fresh = address("198.51.100.77:4000")
        pair.simulator.network.schedule(.addressChange(link, to: [fresh.ip]), at: .zero + .milliseconds(1))
        pair.run(until: 2)
        #expect(pair.endpoint(1).addresses == [fresh.ip])
        pair.send([1])
        pair.simulator.update(pair.hosts[0]) { endpoint, _ in
            endpoint.scripted.outgoing.append((Path(local: Self.first, remote: fresh), [2]))
        }
        pair.send([3], from: 1)
        pair.run(until: 1_000)
        #expect(pair.endpoint(1).received.map(\.bytes) == [[2]])
        let counters = pair.simulator.network.counters(of: pair.hosts[1])
        #expect(counters[.noSuchInterface] == 1, "the old address is no longer its own")
    }

    @Test func `timers fire when they are due, though deadlines move`() {
        let pair = Pair()
        func setDeadline(_ milliseconds: Int64?) {
            pair.simulator.update(pair.hosts[0]) { endpoint, _ in
                endpoint.scripted.deadline = milliseconds.map { .zero + .milliseconds($0) }
            }
        }
        setDeadline(50)
        setDeadline(20)
        pair.run(until: 30)
        #expect(pair.endpoint(0).advances == [.zero + .milliseconds(20)])
        setDeadline(40)
        setDeadline(60)
        pair.run(until: 55)
        #expect(pair.endpoint(0).advances.count == 1, "a deadline that moved away does not fire")
        pair.run(until: 70)
        #expect(pair.endpoint(0).advances.last == .zero + .milliseconds(60))
        setDeadline(80)
        setDeadline(nil)
        pair.run(until: 100)
        #expect(pair.endpoint(0).advances.count == 2)
    }

    @Test func `a watcher sees every byte of a host`() {
        let pair = Pair()
        final class Seen: @unchecked Sendable {
            var passages: [(Passage, [UInt8])] = []
        }
        let seen = Seen()
        pair.simulator.network.watch(pair.hosts[1]) { bytes, passage, _ in
            seen.passages.append((passage, bytes.copied()))
        }
        pair.send([1])
        pair.sendMessage([2])
        pair.sendMessage([3], from: 1)
        pair.send([4], from: 1)
        pair.run(until: 1_000)
        #expect(seen.passages.map(\.1).sorted { $0[0] < $1[0] } == [[1], [2], [3], [4]])
        #expect(seen.passages.contains { $0.0 == .datagramIn(Path(local: Self.second, remote: Self.first)) })
        #expect(seen.passages.contains { $0.0 == .messageOut(pair.pipe) })
    }

    @Test func `an endpoint that always has more to say does not hang a run`() {
        struct Chatterbox: SimulatedEndpoint {
            mutating func receive(_ datagram: Span<UInt8>, on path: Path, at now: Instant) {}
            mutating func advance(to now: Instant) {}
            var nextDeadline: Instant? { nil }
            mutating func pollTransmit(into packet: inout OutputSpan<UInt8>, at now: Instant) -> Path? {
                packet.append(1)
                return Path(local: SimulationTests.first, remote: SimulationTests.second)
            }
        }
        var simulator = Simulator<Chatterbox>(seed: 1)
        let host = simulator.addHost(Chatterbox(), [AttachmentPlan(addresses: [Self.first.ip])])
        simulator.run(until: .zero + .seconds(1))
        #expect(simulator.network.counters(of: host).sentPackets == 4_096)
    }

    @Test func `an endpoint whose deadline is always now does not stop time`() {
        struct Restless: SimulatedEndpoint {
            var calls = 0
            mutating func receive(_ datagram: Span<UInt8>, on path: Path, at now: Instant) {}
            mutating func advance(to now: Instant) { calls += 1 }
            var nextDeadline: Instant? { .zero }
            mutating func pollTransmit(into packet: inout OutputSpan<UInt8>, at now: Instant) -> Path? { nil }
        }
        var simulator = Simulator<Restless>(seed: 1)
        let host = simulator.addHost(Restless(), [AttachmentPlan(addresses: [Self.first.ip])])
        simulator.run(until: .zero + .milliseconds(100))
        #expect(simulator.now == .zero + .milliseconds(100))
        #expect(simulator[host].calls < 2_000)
    }

    /// A run over lossy, jittery links with everything in it.
    static func hash(seed: UInt64) -> UInt64 {
        let link = LinkConditions(
            delay: .milliseconds(5), jitter: .milliseconds(3), jitterReorders: true, loss: .bernoulli(0.1),
            duplication: 0.1, corruption: 0.1)
        let pair = Pair(seed: seed, link: link)
        for step: Int64 in 0..<200 {
            pair.run(until: step)
            pair.send([UInt8(step), 1, 2, 3], from: Int(step & 1))
            pair.sendMessage([UInt8(step)])
        }
        pair.run(until: 10_000)
        return pair.simulator.network.traceHash
    }

    @Test func `one seed gives one run, another seed another`() {
        #expect(Self.hash(seed: 11) == Self.hash(seed: 11))
        #expect(Self.hash(seed: 11) != Self.hash(seed: 12))
    }

    @Test func `the hash covers every byte, every path and every time`() {
        func hash(_ change: (Pair) -> Void) -> UInt64 {
            let pair = Pair()
            change(pair)
            pair.run(until: 1_000)
            return pair.simulator.network.traceHash
        }
        let payload = (0..<150).map { UInt8($0) }
        let reference = hash { $0.send(payload) }
        var seen: Set<UInt64> = [reference]
        for offset in payload.indices {
            var changed = payload
            changed[offset] ^= 1
            seen.insert(hash { $0.send(changed) })
        }
        #expect(seen.count == 151)
        #expect(!seen.contains(hash { $0.send(payload, from: 1) }))
        #expect(
            !seen.contains(
                hash { pair in
                    pair.run(until: 1)
                    pair.send(payload)
                }))
        #expect(!seen.contains(hash { $0.send(payload + [0]) }))
        #expect(hash { $0.send(payload) } == reference)
    }

    @Test func `IPv6 goes through a stateful firewall that translates nothing`() {
        var simulator = Simulator<TestEndpoint>(seed: 1)
        let home = simulator.network.addGateway(.nat(.symmetric), externalAddresses: [ip("5.5.0.1")])
        let inside = address("[2001:db8::2]:4000")
        let outside = address("[2001:db8:1::1]:4000")
        let host = simulator.addHost(
            .scripted(ScriptedEndpoint()),
            [AttachmentPlan(network: home.network, addresses: [ip("192.168.1.2"), inside.ip])])
        let peer = simulator.addHost(.scripted(ScriptedEndpoint()), [AttachmentPlan(addresses: [outside.ip])])
        func send(_ from: HostIdentifier, _ path: Path) {
            simulator.update(from) { endpoint, _ in endpoint.scripted.outgoing.append((path, [1])) }
            simulator.run(until: simulator.now + .milliseconds(1))
        }
        send(peer, Path(local: outside, remote: inside))
        #expect(simulator[host].scripted.received.isEmpty, "unasked")
        send(host, Path(local: inside, remote: outside))
        #expect(simulator[peer].scripted.received.map(\.path) == [Path(local: outside, remote: inside)])
        send(peer, Path(local: outside, remote: inside))
        #expect(simulator[host].scripted.received.count == 1)
        #expect(simulator.network.counters(of: peer)[.filtered] == 1)
        let anywhere = TransportAddress(ip: .v6(high: 0, low: 0), port: 4_000)
        send(host, Path(local: anywhere, remote: outside))
        #expect(
            simulator[peer].scripted.received.last?.path.remote == inside, "unspecified means the first of the family")
    }
}
