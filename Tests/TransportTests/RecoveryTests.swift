import Testing
import Transport
import WireFormat

/// Tail loss, black holes, outages, moves and endings.
@Suite struct RecoveryTests {
    static func warm(_ link: LinkModel = LinkModel(), _ configuration: Connection.Configuration = .init()) -> Simulation
    {
        var simulation = Simulation(configuration: configuration, there: link)
        simulation.at(.zero) { peer, _ in peer.connection.ping() }
        simulation.at(.zero, peer: 1) { peer, _ in peer.connection.ping() }
        simulation.run(until: Instant(nanoseconds: 2_000_000_000))
        return simulation
    }

    /// The last packet of a burst is lost: the probe carries the pixels, so one timeout repairs it.
    @Test func lostTailIsRepairedByOneProbe() {
        var simulation = Self.warm()
        let start = simulation.now
        simulation.links[0].outages = [start..<start + .milliseconds(1)]
        simulation.at(start) { peer, _ in peer.channel.change(5) }
        simulation.run(until: start + .milliseconds(500))
        #expect(simulation.peers[1].channel.shown[5] == 1)
        #expect(simulation.peers[0].connection.statistics.probeTimeouts == 1)
        // A timeout of 40 ms, four times a variation of 15 ms after so few samples, 5 ms; then the way there of 20 ms.
        #expect(simulation.peers[1].channel.lastReceivedAt - start <= .milliseconds(130))
    }

    /// A lost input packet costs milliseconds: it is repeated before any timeout.
    @Test func lostInputCostsMilliseconds() {
        var simulation = Self.warm()
        let start = simulation.now
        simulation.links[0].outages = [start..<start + .milliseconds(1)]
        simulation.at(start) { peer, _ in try? peer.connection.sendInput([7].span) }
        simulation.run(until: start + .milliseconds(32))
        #expect(simulation.peers[1].inputs == [[7]])
        simulation.run(until: start + .milliseconds(500))
        #expect(simulation.peers[1].inputs == [[7]])
        #expect(simulation.peers[0].connection.statistics.probeTimeouts == 0)
    }

    @Test(arguments: [1_452, 1_400, 1_337, 1_280, 1_201, 1_200])
    func findsTheLargestPacket(largest: Int) {
        var link = LinkModel(delay: .milliseconds(5))
        link.largestPacket = largest
        var simulation = Self.warm(link)
        simulation.run(until: Instant(nanoseconds: 5_000_000_000))
        let found = simulation.peers[0].connection.statistics.maximumPacketBytes + 32
        #expect(found <= largest)
        #expect(found > largest - 20)
        #expect(simulation.peers[0].connection.statistics.packetsLost == 0)
    }

    enum Interruption: CaseIterable { case resumption, detour, race }

    /// What becomes of a probe that is under way then is not told any more.
    @Test(arguments: Interruption.allCases) func findsTheLargestPacketThoughInterrupted(_ interruption: Interruption) {
        var simulation = Simulation(there: LinkModel())
        simulation.at(.zero) { peer, _ in peer.connection.ping() }
        // The ping is answered after 40 ms, and the first probe 40 ms later.
        let first = Instant.zero + .milliseconds(60)
        let second = Instant.zero + .milliseconds(200)
        switch interruption {
        case .resumption:
            simulation.at(first) { peer, now in peer.connection.resume(at: now, channel: &peer.channel) }
        case .detour:
            for (time, path) in [(first, 2), (second, 1)] as [(Instant, UInt64)] {
                simulation.at(time) { peer, now in
                    peer.connection.pathChanged(to: PathIdentifier(path), at: now)
                }
            }
        case .race:
            simulation.at(first) { peer, now in
                peer.connection.race(
                    on: PathIdentifier(2), because: .silence, at: now, channel: &peer.channel)
            }
            simulation.at(second) { peer, now in peer.connection.endRace(at: now) }
        }
        simulation.run(until: first)
        #expect(simulation.peers[0].connection.statistics.maximumPacketBytes == 1_168)
        simulation.run(until: Instant(nanoseconds: 5_000_000_000))
        #expect(simulation.peers[0].connection.statistics.maximumPacketBytes == 1_420)
        #expect(simulation.complaints == [])
    }

    /// A path that stops carrying large packets: the connection falls back and goes on.
    @Test func fallsBackFromABlackHole() {
        var simulation = Self.warm()
        #expect(simulation.peers[0].connection.statistics.maximumPacketBytes == 1_420)
        simulation.links[0].largestPacket = 1_250
        simulation.peers[0].unwritten[2] = [UInt8](repeating: 1, count: 100_000)
        simulation.at(simulation.now) { _, _ in }
        simulation.run(until: simulation.now + .seconds(20))
        #expect(simulation.peers[1].received[2].count == 100_000)
        #expect(simulation.peers[0].connection.statistics.maximumPacketBytes == 1_168)
    }

    /// What hides it from the probe timeout: other packets that are answered, or a doubt about the path that comes first.
    enum Cover: CaseIterable { case smallPackets, races }

    @Test(arguments: Cover.allCases) func fallsBackFromABlackHoleUnderCover(_ cover: Cover) {
        var simulation = Self.warm()
        simulation.links[0].largestPacket = 1_250
        // Four in a packet of 1,420 bytes, three in one of 1,168.
        for index in 0..<2 { simulation.peers[index].channel.tileBytes = 340 }
        simulation.at(simulation.now) { peer, _ in
            switch cover {
            case .smallPackets: for tile in 0..<64 { peer.channel.change(tile) }
            case .races: peer.unwritten[2] = [UInt8](repeating: 1, count: 400_000)
            }
        }
        for tick in 1...100 {
            // Sooner than the probe timeout.
            let at = simulation.now + .milliseconds(Int64(tick * 40))
            switch cover {
            case .smallPackets: simulation.at(at) { peer, _ in peer.sendInput([1]) }
            case .races:
                // What the session makes of a silence: a race, until a small packet was answered.
                simulation.at(at) { peer, now in
                    peer.connection.race(
                        on: PathIdentifier(2), because: .silence, at: now, channel: &peer.channel)
                }
                simulation.at(at + .milliseconds(1)) { peer, now in peer.connection.endRace(at: now) }
            }
        }
        simulation.run(until: simulation.now + .seconds(6))
        #expect(simulation.peers[1].received[2].count == (cover == .races ? 400_000 : 0))
        #expect(simulation.peers[1].channel.shown == simulation.peers[0].channel.versions)
        #expect(simulation.peers[0].connection.statistics.probeTimeouts == 0)
        #expect(simulation.peers[0].connection.statistics.maximumPacketBytes == 1_168)
        #expect(simulation.peers[0].connection.pathIdentifier == PathIdentifier(1))
        #expect(simulation.complaints == [])
    }

    /// One packet in ten is lost, of whatever size: that is no black hole.
    @Test(arguments: 1...8 as ClosedRange<UInt64>) func keepsLargePacketsThoughSomeAreLost(_ seed: UInt64) {
        var link = LinkModel()
        link.bytesPerSecond = 1_000_000
        link.queueBytes = 30_000
        var simulation = Simulation(seed: seed, there: link)
        simulation.at(.zero) { peer, _ in peer.connection.ping() }
        simulation.run(until: Instant(nanoseconds: 2_000_000_000))
        #expect(simulation.peers[0].connection.statistics.maximumPacketBytes == 1_420)
        for direction in 0..<2 { simulation.links[direction].loss = 0.1 }
        simulation.at(simulation.now) { peer, _ in peer.endlessStream = .bulk(0) }
        for tick in 1...400 {
            simulation.at(simulation.now + .milliseconds(Int64(tick * 25))) { peer, _ in peer.sendInput([1]) }
        }
        simulation.run(until: simulation.now + .seconds(10))
        #expect(simulation.peers[0].connection.statistics.packetsLost > 50)
        #expect(simulation.peers[0].connection.statistics.maximumPacketBytes == 1_420)
    }

    /// What was learnt of a path is out of date after a minute.
    @Test(arguments: [false, true]) func forgetsAPathLeftLongAgo(_ isRaced: Bool) {
        var simulation = Self.warm()
        simulation.at(simulation.now) { peer, now in
            peer.connection.pathChanged(
                to: PathIdentifier(2), measuredRTT: .milliseconds(7), at: now)
        }
        simulation.run(until: simulation.now + .seconds(61))
        simulation.at(simulation.now) { peer, now in
            if isRaced {
                peer.connection.race(
                    on: PathIdentifier(1), measuredRTT: .milliseconds(9), because: .silence, at: now,
                    channel: &peer.channel)
            } else {
                peer.connection.pathChanged(
                    to: PathIdentifier(1), measuredRTT: .milliseconds(9), at: now)
            }
            #expect(peer.connection.roundTrip.smoothed == .milliseconds(9))
        }
        simulation.run(until: simulation.now + .milliseconds(1))
    }

    /// A machine finds the answer to its ping when it wakes.
    @Test func oneLateAnswerIsNoRoundTrip() {
        var simulation = Self.warm()
        simulation.peers[0].rttSamples = []
        simulation.links[1].delay = .seconds(20)
        simulation.at(simulation.now) { peer, _ in peer.connection.ping() }
        simulation.run(until: simulation.now + .milliseconds(20_050))
        #expect(simulation.peers[0].rttSamples == [.seconds(3)])
    }

    /// Half a minute without network: everything is there within two seconds of its return.
    @Test func comesBackAfterAnOutage() {
        var simulation = Self.warm()
        let start = simulation.now
        for link in 0..<2 { simulation.links[link].outages = [start..<start + .seconds(30)] }
        simulation.at(start) { peer, _ in
            peer.channel.change(3)
            peer.unwritten[0] = [1, 2, 3]
            try? peer.connection.sendInput([9].span)
        }
        simulation.run(until: start + .seconds(30))
        #expect(simulation.links[0].sentPackets < 120)
        simulation.run(until: start + .seconds(32))
        #expect(simulation.peers[1].inputs == [[9]])
        #expect(simulation.peers[1].received[0] == [1, 2, 3])
        #expect(simulation.peers[1].channel.shown[3] == 1)
    }

    /// The session told of the network's return does not wait for the backoff.
    @Test func samePathAgainProbesAtOnce() {
        var simulation = Self.warm()
        let start = simulation.now
        simulation.links[0].outages = [start..<start + .seconds(10)]
        simulation.at(start) { peer, _ in peer.channel.change(3) }
        simulation.at(start + .milliseconds(10_001)) { peer, now in
            peer.connection.pathChanged(to: PathIdentifier(1), at: now)
        }
        simulation.run(until: start + .milliseconds(10_150))
        #expect(simulation.peers[1].channel.shown[3] == 1)
    }

    @Test func movesBetweenPaths() {
        var simulation = Self.warm(LinkModel(delay: .milliseconds(40)))
        simulation.peers[0].unwritten[2] = [UInt8](repeating: 4, count: 2_000_000)
        let start = simulation.now
        simulation.at(start + .milliseconds(300)) { peer, now in
            peer.connection.pathChanged(
                to: PathIdentifier(2), measuredRTT: .milliseconds(45), at: now)
        }
        simulation.at(start + .milliseconds(600)) { peer, now in
            #expect(peer.connection.pathIdentifier == PathIdentifier(2))
            peer.connection.pathChanged(to: PathIdentifier(1), at: now)
        }
        simulation.run(until: start + .milliseconds(300))
        simulation.links[0].delay = .milliseconds(5)
        simulation.run(until: start + .seconds(10))
        #expect(simulation.peers[1].received[2].count == 2_000_000)
        #expect(simulation.peers[0].connection.statistics.pathChanges == 2)
        #expect(simulation.peers[0].connection.statistics.bytesInFlight == 0)
        #expect(simulation.complaints == [])
    }

    @Test func idleConnectionIsSilent() {
        var simulation = Self.warm()
        let sent = simulation.links[0].sentPackets
        simulation.run(until: simulation.now + .seconds(300))
        #expect(simulation.links[0].sentPackets == sent)
        #expect(simulation.peers[0].connection.nextDeadline == nil)
    }

    /// An idle ping measures the path, not the peer's delayed acknowledgement.
    @Test func pingIsAnsweredAtOnce() {
        var simulation = Self.warm()
        simulation.peers[0].rttSamples = []
        simulation.at(simulation.now) { peer, _ in peer.connection.ping() }
        simulation.run(until: simulation.now + .seconds(1))
        #expect(simulation.peers[0].rttSamples == [.milliseconds(40)])
    }

    @Test func closesWithItsReason() {
        var simulation = Self.warm()
        simulation.links[0].outages = [simulation.now..<simulation.now + .milliseconds(1)]
        simulation.at(simulation.now) { peer, now in
            peer.connection.close(CloseReason(code: 4, text: "viewer left"), at: now)
        }
        // The close is lost; a packet of the peer's brings it again.
        simulation.at(simulation.now + .milliseconds(30), peer: 1) { peer, _ in peer.connection.ping() }
        simulation.run(until: simulation.now + .seconds(10))
        #expect(simulation.peers[0].closures == ["local: 4 viewer left"])
        #expect(simulation.peers[1].closures == ["peer: 4 viewer left"])
        #expect(simulation.peers[0].connection.isFinished)
        #expect(simulation.peers[1].connection.isFinished)
    }

    /// A peer that has nothing to say would never bring a lost close again.
    @Test func saysGoodbyeToASilentPeerMoreThanOnce() {
        var simulation = Self.warm()
        simulation.links[0].outages = [simulation.now..<simulation.now + .milliseconds(1)]
        simulation.at(simulation.now) { peer, now in
            peer.connection.close(CloseReason(code: 4, text: "viewer left"), at: now)
            #expect(peer.connection.hasGoodbyes)
        }
        simulation.run(until: simulation.now + .seconds(10))
        #expect(simulation.peers[1].closures == ["peer: 4 viewer left"])
        #expect(!simulation.peers[0].connection.hasGoodbyes)
        #expect(simulation.peers[0].connection.isFinished)
    }

    /// A reader that does not read holds the writer back, and memory stays within the window.
    @Test func flowControlHoldsTheWriter() {
        var configuration = Connection.Configuration()
        configuration.streamReceiveWindowBytes = 128 << 10
        configuration.streamSendBufferBytes = 64 << 10
        var simulation = Self.warm(LinkModel(), configuration)
        simulation.peers[1].unread = [.bulk(1)]
        simulation.peers[0].unwritten[3] = [UInt8](repeating: 2, count: 1_000_000)
        simulation.at(simulation.now) { _, _ in }
        simulation.run(until: simulation.now + .seconds(5))
        #expect(simulation.peers[0].unwritten[3].count == 1_000_000 - (128 << 10) - (64 << 10))
        simulation.peers[1].unread = []
        simulation.at(simulation.now, peer: 1) { peer, _ in peer.read(.bulk(1)) }
        simulation.run(until: simulation.now + .seconds(5))
        #expect(simulation.peers[1].received[3].count == 1_000_000)
    }

    /// Two streams of files whose disk has stalled leave credit to the others.
    @Test func fullStreamsHoldNoOtherBack() {
        var simulation = Self.warm()
        simulation.peers[1].unread = [.bulk(1), .bulk(3)]
        for stream in [3, 5] { simulation.peers[0].unwritten[stream] = [UInt8](repeating: 2, count: 5 << 20) }
        simulation.at(simulation.now) { _, _ in }
        simulation.run(until: simulation.now + .seconds(20))
        for stream in [StreamIdentifier.bulk(1), .bulk(3)] {
            #expect(simulation.peers[0].connection.unacknowledgedBytes(on: stream) == 1 << 20)
        }
        simulation.at(simulation.now) { peer, _ in peer.unwritten[0] = [1, 2, 3] }
        simulation.run(until: simulation.now + .seconds(1))
        #expect(simulation.peers[1].received[0] == [1, 2, 3])
    }

    @Test func inputQueueIsBounded() {
        var peer = Peer(Connection(path: PathIdentifier(1), at: .zero))
        for _ in 0..<Connection.maximumInputQueue { peer.sendInput([1, 2]) }
        #expect(peer.refusals == [])
        peer.sendInput([1])
        peer.sendInput([])
        #expect(peer.refusals == [.inputQueueFull, .inputSize])
    }
}
