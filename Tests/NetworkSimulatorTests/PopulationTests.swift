import Foundation
import NetworkSimulator
import Testing
import WireFormat

@Suite struct PopulationTests {
    static func fixture() throws -> Population { try Population(try fixtureText()) }

    static func fixtureText() throws -> String {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let file = root.appending(path: "Fixtures/population/2026.tsv")
        return String(decoding: try Data(contentsOf: file), as: UTF8.self)
    }

    @Test func `plain ICE on the fixture relays what published figures say`() throws {
        let population = try Self.fixture()
        var random = SeededRandom(seed: 2026)
        var relayed = 0
        var impossible = 0
        let pairs = 20_000
        for _ in 0..<pairs {
            let first = population.draw(using: &random).side
            let second = population.draw(using: &random).side
            if !DirectPathOracle.plainICE(first, second) { relayed += 1 }
            if !DirectPathOracle.anyMethod(first, second) { impossible += 1 }
        }
        let relayRate = Double(relayed) / Double(pairs)
        let ceiling = 1 - Double(impossible) / Double(pairs)
        #expect((0.16...0.24).contains(relayRate), "plain ICE relays \(relayRate)")
        #expect(ceiling > 0.91, "any method reaches \(ceiling)")
        print("population: plain ICE relays \(relayRate), any UDP method over IPv4 reaches \(ceiling)")
    }

    @Test func `UDP is blocked for 3 to 5 of 100 and IPv6 there for 42 to 50`() throws {
        let population = try Self.fixture()
        var random = SeededRandom(seed: 1)
        let draws = (0..<20_000).map { _ in population.draw(using: &random) }
        let blocked = draws.filter { draw in
            draw.side.gateways.contains { !$0.firewallIPv4.outbound.contains(.udp) }
        }
        #expect((0.03...0.05).contains(Double(blocked.count) / 20_000))
        let dual = draws.filter(\.side.hasIPv6)
        #expect((0.42...0.50).contains(Double(dual.count) / 20_000))
        #expect(Set(draws.map(\.place)).count == 9)
    }

    @Test func `one seed draws one sequence`() throws {
        let population = try Self.fixture()
        var first = SeededRandom(seed: 5)
        var second = SeededRandom(seed: 5)
        for _ in 0..<100 { #expect(population.draw(using: &first) == population.draw(using: &second)) }
    }

    @Test func `simulated hole punching over draws agrees with the oracle`() throws {
        let population = try Self.fixture()
        var random = SeededRandom(seed: 77)
        for number in 0..<150 {
            var draws = [population.draw(using: &random), population.draw(using: &random)]
            // Loss is not the oracle's business.
            for index in draws.indices {
                draws[index].link = AccessLink(delay: .milliseconds(10))
            }
            let succeeded = Punching.succeeds(draws[0], draws[1], seed: UInt64(number))
            let expected = DirectPathOracle.plainICE(draws[0].side, draws[1].side)
            #expect(succeeded == expected, "\(draws[0].place) to \(draws[1].place): \(draws.map(\.side))")
        }
    }

    @Test(arguments: [
        "", "place\tx\t1\t-\t0\t0\tfixed", "nonsense\t1", "nat\thome\tmany\tendpoint\tendpoint\trandom\toff\t60",
        "nat\thome\t1\tendpoint\tendpoint\trandom\toff", "nat\thome\t1\twrong\tendpoint\trandom\toff\t60",
        "access\tfixed\t1\t1\t1\t2\t1\t1\t1", "access\tfixed\t1\t1\t1\tnan\t1\t1\t1",
        "access\tfixed\t1\t5\t1\t0\t1\t1\t1\nplace\tx\t1\tnowhere\t0\t0\tfixed",
    ])
    func `text that is no population is refused`(text: String) {
        #expect(throws: PopulationError.self) { try Population(text) }
    }
}
