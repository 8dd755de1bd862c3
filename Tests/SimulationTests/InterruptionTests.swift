import PeerSession
import Testing
import WireFormat

/// The network goes away and comes back, or is another one: the session goes on by itself, under the same code.
///
/// **The bound.** From the network's return until the picture changes at the viewer and a key arrives at the host:
///  - after up to half a minute, a round trip, a frame of 16.7 ms, and the 100 ms between two checks of which a network's
///    return is noticed when nobody tells of it;
///  - after five minutes, when the checks are a second apart and NATs have forgotten their mappings, two and a half round
///    trips over the relay when either side is told or wakes up, and a second more when neither is.
///
/// Over TCP, which sends again in its own time, the bound is that of a new connection to the relay.
@Suite struct InterruptionTests {
    typealias Interruption = InterruptedSession.Interruption
    typealias Surroundings = InterruptedSession.Surroundings

    private static let short: [Interruption] = [
        .cable(seconds: 2, isTold: true), .cable(seconds: 2, isTold: false), .cable(seconds: 30, isTold: true),
        .cable(seconds: 30, isTold: false), .sleep(seconds: 20, clockRuns: true), .sleep(seconds: 20, clockRuns: false),
    ]
    private static let long: [Interruption] = [
        .cable(seconds: 300, isTold: true), .cable(seconds: 300, isTold: false), .sleep(seconds: 300, clockRuns: true),
        .sleep(seconds: 300, clockRuns: false),
    ]
    private static let revivalPace = Interval.milliseconds(100)

    @Test(arguments: [Surroundings.home, .strict], short) func `half a minute without network costs a round trip`(
        _ surroundings: Surroundings, _ interruption: Interruption
    ) throws {
        for side in InterruptedSession.Side.allCases {
            for seed in 1...3 as ClosedRange<UInt64> {
                let session = try InterruptedSession(surroundings, seed: seed)
                let bound = session.roundTrip + InterruptedSession.frame + Self.revivalPace
                try check(session, interruption, of: side, bound: bound)
            }
        }
    }

    @Test(arguments: [Surroundings.home, .strict], long) func `five minutes without network end no session`(
        _ surroundings: Surroundings, _ interruption: Interruption
    ) throws {
        var bound = InterruptedSession.relayedRoundTrip * 5 / 2 + InterruptedSession.frame
        if case .cable(_, isTold: false) = interruption { bound = bound + .seconds(1) }
        for side in InterruptedSession.Side.allCases {
            try check(try InterruptedSession(surroundings, seed: 4), interruption, of: side, bound: bound)
        }
    }

    @Test(arguments: [
        Interruption.cable(seconds: 30, isTold: true), .cable(seconds: 30, isTold: false),
        .sleep(seconds: 300, clockRuns: true),
    ]) func `a relay over TCP comes back`(_ interruption: Interruption) throws {
        for side in InterruptedSession.Side.allCases {
            try check(try InterruptedSession(.web, seed: 5), interruption, of: side, bound: .seconds(5))
        }
    }

    @Test(arguments: Surroundings.allCases, [Interruption.rebinding, .outerAddress, .address])
    func `another address costs half a second`(_ surroundings: Surroundings, _ interruption: Interruption) throws {
        // Behind the office's firewall there is no NAT to change.
        for side in InterruptedSession.Side.allCases
        where surroundings != .web || side == .host || interruption == .address {
            let session = try InterruptedSession(surroundings, seed: 6)
            try #require(session.begin())
            let stall = session.stall(by: interruption, of: side)
            let text: Comment = "\(surroundings), \(interruption) of \(side): stall \(stall.milliseconds) ms"
            print("\(surroundings), \(interruption) of \(side): stalled for \(stall.milliseconds) ms")
            #expect(stall <= .milliseconds(600), text)
            checkRest(session, text)
        }
    }

    private func check(
        _ session: InterruptedSession, _ interruption: Interruption, of side: InterruptedSession.Side, bound: Interval
    ) throws {
        try #require(session.begin())
        let back = session.undergo(interruption, of: side)
        let text: Comment = """
            \(session.surroundings), \(interruption) of \(side), round trip \(session.roundTrip.milliseconds) ms: \
            screen back after \(back.screen?.milliseconds ?? -1), input after \(back.input?.milliseconds ?? -1) ms
            """
        let (screen, input) = (try #require(back.screen, text), try #require(back.input, text))
        print(text.rawValue)
        #expect(screen <= bound && input <= bound, text)
        checkRest(session, text)
    }

    /// All that was typed arrives, the picture is whole, and nobody was asked for another code.
    private func checkRest(_ session: InterruptedSession, _ text: Comment) {
        let live = session.live
        let rest = live.run(atMost: .seconds(20)) { $0.isAtRest && $0.received.count == $0.typed.count }
        #expect(rest != nil && live.received == live.typed, text)
        #expect(live.ends.isEmpty, text)
        let codes = live.host.events.count { if case .code = $0.event { true } else { false } }
        #expect(codes == 1, text)
    }
}
