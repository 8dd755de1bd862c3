import Testing
import Transport
import WireFormat

/// Both ends over paths that lose, delay, duplicate and reorder, many seeds: what was promised, holds.
@Suite struct LossyPathTests {
    /// Faults from mild to absurd, chosen by the seed.
    static func path(_ seed: UInt64) -> LinkModel {
        var random = SeededRandom(seed: seed ^ 0xFAD)
        var link = LinkModel(delay: .milliseconds(Int64.random(in: 1...80, using: &random)))
        link.loss = [0, 0.01, 0.05, 0.2][Int.random(in: 0..<4, using: &random)]
        link.duplication = [0, 0.02, 0.2][Int.random(in: 0..<3, using: &random)]
        link.jitter = .milliseconds([0, 2, 30][Int.random(in: 0..<3, using: &random)])
        if Bool.random(using: &random) {
            link.bytesPerSecond = Double.random(in: 50_000...2_000_000, using: &random)
            link.queueBytes = Int.random(in: 6_000...100_000, using: &random)
        }
        link.largestPacket = [65_535, 1_452, 1_300, 1_200][Int.random(in: 0..<4, using: &random)]
        return link
    }

    static func busySession(seed: UInt64, algorithm: CongestionController.Algorithm = .copa) -> Simulation {
        var configuration = Connection.Configuration()
        configuration.congestionControl = algorithm
        var simulation = Simulation(
            seed: seed, configuration: configuration, there: path(seed), back: path(seed &+ 1))
        var random = SeededRandom(seed: seed ^ 0xACED)
        for side in 0..<2 {
            for stream in [0, 1, 2, 15] {
                simulation.peers[side].unwritten[stream] = random.bytes(
                    count: Int.random(in: 1...40_000, using: &random))
            }
        }
        for step in 0..<60 {
            let instant = Instant(nanoseconds: Int64(step) * 37_000_000)
            simulation.at(instant, peer: 1) { peer, _ in
                let event =
                    [UInt8(step), UInt8(truncatingIfNeeded: step &* 7)] + [UInt8](repeating: 9, count: step % 50)
                try? peer.connection.sendInput(event.span)
            }
            simulation.at(instant, peer: 0) { peer, _ in
                for tile in stride(from: step % 7, to: 64, by: 7) { peer.channel.change(tile) }
            }
        }
        return simulation
    }

    @Test(arguments: 0..<24 as Range<UInt64>)
    func everythingArrives(seed: UInt64) {
        var simulation = Self.busySession(seed: seed)
        var written: [[[UInt8]]] = []
        for peer in simulation.peers { written.append(peer.unwritten) }
        simulation.run(until: Instant(nanoseconds: 90_000_000_000))
        for side in 0..<2 {
            for stream in [0, 1, 2, 15] {
                #expect(simulation.peers[1 - side].received[stream] == written[side][stream], "stream \(stream)")
            }
        }
        let expected = (0..<60).map {
            [UInt8($0), UInt8(truncatingIfNeeded: $0 &* 7)] + [UInt8](repeating: 9, count: $0 % 50)
        }
        #expect(simulation.peers[0].inputs == expected)
        #expect(simulation.peers[1].channel.shown == simulation.peers[0].channel.versions)
        #expect(simulation.complaints == [])
        for peer in simulation.peers {
            #expect(peer.channel.complaints == [])
            #expect(peer.channel.openCount == 0)
            #expect(peer.refusals.allSatisfy { $0 == .duplicatePacket })
            #expect(peer.connection.statistics.bytesInFlight == 0)
            #expect(peer.largestMemory < 3 << 20)
        }
    }

    /// A packet that the sender was told of as acknowledged, has been processed.
    @Test(arguments: 100..<110 as Range<UInt64>)
    func acknowledgedMeansReceived(seed: UInt64) {
        var simulation = Self.busySession(seed: seed)
        simulation.run(until: Instant(nanoseconds: 20_000_000_000))
        let received = simulation.peers[1].channel.receivedNumbers
        for (number, fate) in simulation.peers[0].channel.fates where fate == .acknowledged {
            #expect(received.contains(number))
        }
    }

    @Test(arguments: CongestionController.Algorithm.allCases)
    func sameSeedSameRun(algorithm: CongestionController.Algorithm) {
        func hash(_ seed: UInt64) -> UInt64 {
            var simulation = Self.busySession(seed: seed, algorithm: algorithm)
            simulation.run(until: Instant(nanoseconds: 8_000_000_000))
            return simulation.traceHash
        }
        let first = hash(7)
        #expect(first == hash(7))
        #expect(first != hash(8))
    }

    /// The peer's garbage, authenticated: it may cost the connection its data, never its memory or its life.
    @Test(arguments: 200..<216 as Range<UInt64>)
    func damagedPacketsDoNoHarm(seed: UInt64) {
        var simulation = Self.busySession(seed: seed)
        for link in 0..<2 { simulation.links[link].corruption = 0.3 }
        simulation.stepLimit = 100_000
        simulation.run(until: Instant(nanoseconds: 15_000_000_000))
        #expect(simulation.complaints == [])
        if !simulation.complaints.isEmpty {
            print(
                seed,
                simulation.peers.map { ($0.connection.statistics, $0.connection.nextDeadline, $0.connection.isOpen) })
        }
        for peer in simulation.peers {
            #expect(peer.largestMemory < 16 << 20)
            #expect(peer.channel.complaints.isEmpty)
        }
    }
}
