import ICE
import Testing
import WireFormat

@Suite("Any calls in any order")
struct ChaosTests {
    /// No sequence of calls and packets traps, spins, or makes the agent send more than its limits.
    @Test(arguments: 1...60 as ClosedRange<UInt64>)
    func neverTrap(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var configuration = Agent.Configuration(
            role: Bool.random(using: &random) ? .controlling : .controlled, local: Scenario.credentials(0),
            policy: Agent.Policy.allCases.randomElement(using: &random) ?? .all,
            servers: Scenario.server(stun: true, turn: true))
        configuration.limits.pairs = Int(random.next() % 12)
        configuration.limits.transactions = Int(random.next() % 3)
        configuration.limits.events = Int(random.next() % 20)
        var agent = Agent(configuration: configuration, random: random.fork(), now: .zero)
        var now = Instant.zero
        var sent = 0
        for _ in 0..<2_000 {
            now = now + .microseconds(Int64(random.next() % 40_000))
            call(&agent, &random, at: now)
            if agent.nextDeadline.map({ $0 <= now }) ?? false { agent.advance(to: now) }
            sent += drain(&agent, at: now)
        }
        #expect(sent < 40 * 450)
        agent.close(at: now)
        _ = drain(&agent, at: now)
        #expect(agent.validPairs.isEmpty)
    }

    private func address(_ random: inout SeededRandom) -> TransportAddress {
        let last = UInt32(random.next() % 6)
        let ip: IPAddress =
            switch random.next() % 4 {
            case 0: .v4(0x0A00_0000 + last)
            case 1: .v4(0x7F00_0000 + last)
            case 2: .v6(high: 0x2001_0DB8_0000_0000, low: UInt64(last))
            default: .v4(0xC633_6400 + last)
            }
        return TransportAddress(ip: ip, port: UInt16(random.next() % 3) + 3_477)
    }

    private func call(_ agent: inout Agent, _ random: inout SeededRandom, at now: Instant) {
        let pair = agent.validPairs.first?.identifier ?? agent.selectedIdentifier
        switch random.next() % 12 {
        case 0: agent.addSocket(address(&random), at: now)
        case 1: agent.removeSocket(address(&random), at: now)
        case 2: agent.setRemoteCredentials(Scenario.credentials(1, generation: Int(random.next() % 3)), at: now)
        case 3: agent.restart(local: Scenario.credentials(0, generation: Int(random.next() % 3)), at: now)
        case 4: agent.setServers(Scenario.server(stun: random.next() % 2 == 0, turn: random.next() % 2 == 0), at: now)
        case 5: agent.checkData = random.bytes(count: Int(random.next() % 700))
        case 6: if let pair { agent.reportSilence(over: pair, at: now) }
        case 7...9:
            agent.addRemoteCandidate(
                Candidate(
                    kind: CandidateKind.allCases.randomElement(using: &random) ?? .host, address: address(&random),
                    priority: UInt32(truncatingIfNeeded: random.next()), foundation: UInt32(random.next() % 3)),
                at: now)
        default:
            let path = Path(local: address(&random), remote: address(&random))
            let bytes = random.bytes(count: Int(random.next() % 100))
            _ = try? agent.receive(bytes.span, on: path, at: now)
        }
    }

    private func drain(_ agent: inout Agent, at now: Instant) -> Int {
        var count = -1
        var path: Path?
        repeat {
            count += 1
            _ = [UInt8](capacity: 1_500) { output in path = agent.pollTransmit(into: &output, at: now) }
        } while path != nil && count < 10_000
        while agent.pollEvent() != nil {}
        return count
    }
}
