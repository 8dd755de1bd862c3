import PeerSession
import Testing
import WireFormat

/// A thousand deaths of the path in use, and five hundred where the lines lose packets by chance as well.
///
/// **The bound.** While the screen changes with every frame, the time between two pictures at the viewer grows by no more
/// than a round trip and a frame; so does, while the viewer types with every frame, the time between two events at the
/// host. The round trip is half the dead path's and half that of the path that takes over: one that a sender notices a
/// death in and answers it in cannot be shorter. The first lost packet is missed when its answer is (half the dead
/// path's round trip after it should have arrived), and what is then sent takes half the other path's. A frame is 16.7 ms.
/// Where the lines lose packets by chance as well, each packet of that direction that they take in the meantime may cost
/// the frame that comes after it, and so may a move under way when the path dies.
///
/// **What counts as a death.** A path dies that both ends use and have measured, for 300 ms; another one works and has
/// answered both since it came back. Both are over UDP; TCP connections, which the peers make meanwhile, go the same ways,
/// and over them a lost segment looks like a death for as long as TCP takes to send it again.
@Suite struct PathDeathTests {
    private static let deathsPerSession = 10

    /// The share of packets lost on each of the four lines, for a hundred deaths each.
    private static let losses = [Double](repeating: 0, count: 10) + [0.001, 0.002, 0.005, 0.01, 0.01]

    @Test(arguments: losses.indices) func `a death is not seen for longer than a round trip and a frame`(_ block: Int)
        throws
    {
        let loss = Self.losses[block]
        var deaths: [PathDeathSession.Death] = []
        for seed in block * 10..<block * 10 + 10 { deaths += try play(UInt64(seed), loss: loss) }
        #expect(deaths.count == 100)
        check(deaths, loss: loss)
        let screen = Self.text(deaths.map { $0.screenStall - $0.roundTrip })
        let input = Self.text(deaths.map { $0.inputStall - $0.roundTrip })
        let agreement = Self.text(deaths.compactMap(\.agreement))
        print(
            "path deaths: \(deaths.count), \(loss * 100) % lost; stall less a round trip, p50/p95/p99/max:",
            "screen \(screen) ms, input \(input) ms; both ends agreed after \(agreement) ms")
    }

    /// Each has cost both users at least once what no death may: an echo that answered an echo kept a race going, a spare
    /// that went the dead way was taken, and a path on probation that worked was left for a longer one.
    @Test(arguments: [1_006, 1_078, 1_190]) func `deaths that were seen for too long`(_ seed: UInt64) throws {
        check(try play(seed, loss: 0), loss: 0)
    }

    private func check(_ deaths: [PathDeathSession.Death], loss: Double) {
        for death in deaths {
            let frames = loss > 0 ? 2 : 1
            let screen = death.roundTrip + PathDeathSession.frame * Int64(frames + death.lost.screen)
            let input = death.roundTrip + PathDeathSession.frame * Int64(frames + death.lost.input)
            let text: Comment =
                """
                \(death.text): screen \(death.screenStall.rounded) of \(screen.rounded), \
                input \(death.inputStall.rounded) of \(input.rounded) ms
                """
            #expect(death.screenStall <= screen && death.inputStall <= input, text)
            #expect(death.agreement != nil, text)
        }
    }

    private func play(_ seed: UInt64, loss: Double) throws -> [PathDeathSession.Death] {
        let session = try PathDeathSession(seed: seed, loss: loss)
        #expect(session.begin(), "\(session.description) did not begin")
        for _ in 0..<Self.deathsPerSession {
            let isKilled = session.killPath()
            #expect(
                isKilled, "\(session.description): no spare after \(session.deaths.count) deaths; \(session.pairsText)")
            #expect(session.live.ends.isEmpty, "\(session.description)")
            guard isKilled else { break }
        }
        session.restoreAll()
        let rest = session.live.run(atMost: .seconds(10)) { $0.isAtRest && $0.received.count == $0.typed.count }
        #expect(rest != nil, "\(session.description) does not come to rest")
        #expect(session.live.isEqual && session.live.received == session.live.typed, "\(session.description)")
        #expect(session.live.ends.isEmpty, "\(session.description)")
        // A death is one move, or two where the ends first chose differently; a return is one.
        let moves = session.figures.map(\.moves).max() ?? 0
        #expect(moves <= 3 * UInt64(Self.deathsPerSession), "\(session.description): \(moves) moves")
        return session.deaths
    }

    /// The end whose address goes knows at once, and the other one as soon as it hears from there.
    @Test func `addresses come and go, and the session moves`() throws {
        for seed in 300..<320 as Range<UInt64> {
            let session = try PathDeathSession(seed: seed, loss: 0)
            #expect(session.begin(), "\(session.description) did not begin")
            let isHost = seed % 2 == 0
            let change = try #require(session.replaceAddress(ofHost: isHost), "\(session.description)")
            let text: Comment =
                "\(change.text): screen \(change.screenStall.rounded), input \(change.inputStall.rounded) ms"
            let bound = change.roundTrip + PathDeathSession.frame
            #expect(change.tookOver != change.died && change.agreement != nil, text)
            #expect(change.screenStall <= bound && change.inputStall <= bound, text)
            session.run(for: .seconds(5))
            #expect(session.hasPath(change.died), "the new address brings no path: \(session.pairsText)")
            #expect(session.live.ends.isEmpty, text)
        }
    }

    private static func text(_ values: [Interval]) -> String {
        let sorted = values.map(\.rounded).sorted()
        return [0.5, 0.95, 0.99, 1].map { "\(sorted[min(sorted.count - 1, Int(Double(sorted.count) * $0))])" }
            .joined(separator: "/")
    }

    /// Lost packets look like a death until the next answer: that costs some copies, and moves nobody.
    @Test(arguments: [0, 0.01, 0.03]) func `lost packets move no session`(_ loss: Double) throws {
        var copies = 0.0
        var datagrams = 0.0
        for seed in 200..<210 as Range<UInt64> {
            let session = try PathDeathSession(seed: seed, loss: loss)
            #expect(session.begin(), "\(session.description) did not begin")
            let before = session.figures
            session.run(for: .seconds(10))
            for (figures, before) in zip(session.figures, before) {
                #expect(figures.moves == before.moves, "\(session.description)")
                copies += Double(figures.copiesSent - before.copiesSent)
                datagrams += Double(figures.datagramsSent - before.datagramsSent)
            }
        }
        let share = copies / datagrams
        print("copies with \(loss * 100) % of packets lost on each line: \((share * 1_000).rounded() / 10) %")
        #expect(loss == 0 ? copies == 0 : share < 0.3)
    }
}
