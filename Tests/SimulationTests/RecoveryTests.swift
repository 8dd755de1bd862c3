import NetworkSimulator
import Testing
import WireFormat
import rdbench

/// Whatever two things befall a session one after the other, it comes back: each leaves the two ends and the server in
/// some state, and the other meets that.
@Suite struct RecoveryTests {
    /// One thing that goes wrong.
    struct Setback: CustomTestStringConvertible {
        let testDescription: String
        let trouble: FaultPlan.Trouble
    }

    private static let pause = Interval.milliseconds(700)
    /// Longer than a request to a server is repeated.
    private static let absence = Interval.seconds(6)

    static let setbacks: [Setback] =
        [
            Setback(testDescription: "relay dies", trouble: .relayDeath),
            Setback(testDescription: "server dies", trouble: .serverDeath(lasts: pause)),
        ]
        + [("host", FaultPlan.Side.host), ("viewer", .viewer)].flatMap { name, side in
            [
                Setback(testDescription: "\(name) sleeps", trouble: .sleep(side, lasts: absence, clockRuns: true)),
                Setback(testDescription: "\(name) freezes", trouble: .sleep(side, lasts: absence, clockRuns: false)),
                Setback(testDescription: "\(name)'s clock jumps", trouble: .clockJump(side, absence)),
                Setback(testDescription: "\(name) moves", trouble: .address(side)),
                Setback(testDescription: "\(name)'s NAT forgets", trouble: .rebinding(gateway: side == .host ? 0 : 1)),
                Setback(
                    testDescription: "\(name) is cut off", trouble: .outage(side, lasts: absence, isTold: false)),
                Setback(
                    testDescription: "\(name) is disconnected", trouble: .outage(side, lasts: pause, isTold: true)),
                Setback(
                    testDescription: "\(name) starts again", trouble: .restart(side, lasts: pause, isPowerLost: false)),
            ]
        }

    /// Two that only a relay joins, once over UDP and once over connections.
    @Test(arguments: setbacks)
    func `after any two setbacks a relayed session goes on`(_ first: Setback) throws {
        for (number, second) in Self.setbacks.enumerated() {
            for isOverUDP in [true, false] {
                let side = isOverUDP ? Fixture.home : TCPSessionTests.blockedAtHome.draw
                let plan = FaultPlan(
                    seed: UInt64(number), host: side, viewer: side, access: number % 2 == 0 ? .pinnedKeys : .code,
                    isRelayOnly: true,
                    troubles: [
                        FaultPlan.Planned(at: .milliseconds(800), first.trouble),
                        FaultPlan.Planned(at: .milliseconds(1_000), second.trouble),
                    ], duration: .milliseconds(1_900))
                let outcome = try FaultSession(plan).play()
                #expect(outcome.failures.isEmpty, "\(outcome.failures.joined(separator: "; ")). \(plan.text)")
            }
        }
    }

    /// Longer than anything keeps but the session: pairs' consent, NATs' mappings, connections, permissions.
    @Test(arguments: [FaultPlan.Side.host, .viewer], [false, true])
    func `after minutes of sleep a relayed session goes on`(_ side: FaultPlan.Side, _ clockRuns: Bool) throws {
        for isOverUDP in [true, false] {
            let place = isOverUDP ? Fixture.home : TCPSessionTests.blockedAtHome.draw
            let plan = FaultPlan(
                seed: 5, host: place, viewer: place, access: isOverUDP ? .pinnedKeys : .code, isRelayOnly: true,
                troubles: [
                    FaultPlan.Planned(at: .seconds(1), .sleep(side, lasts: .seconds(560), clockRuns: clockRuns)),
                    FaultPlan.Planned(at: .seconds(300), .relayDeath),
                ], duration: .seconds(570))
            let outcome = try FaultSession(plan).play()
            #expect(outcome.failures.isEmpty, "\(outcome.failures.joined(separator: "; ")). \(plan.text)")
        }
    }
}
