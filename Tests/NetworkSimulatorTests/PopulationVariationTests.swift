import Foundation
import NetworkSimulator
import Testing
import WireFormat

@Suite struct PopulationVariationTests {
    private static let draws = 20_000

    private func sides(of population: Population) -> [PopulationDraw] {
        (0..<Self.draws).map { index in
            var random = SeededRandom(seed: (9, UInt64(index), 0, 0))
            return population.draw(using: &random)
        }
    }

    private func variation(_ label: String, of population: Population) throws -> PopulationVariation {
        try #require(population.variations.first { $0.label == label })
    }

    private func share(_ draws: [PopulationDraw], _ holds: (PopulationDraw) -> Bool) -> Double {
        Double(draws.count(where: holds)) / Double(draws.count)
    }

    /// Three places of weights 1, 2 and 1, each behind one NAT that is symmetric with a weight of 1 in 4.
    private static let small = """
        place\ta\t1\tnat\t0.5\t0.2\tline
        place\tb\t2\tnat\t0.5\t0.2\tline
        place\tc\t1\tnat\t0.5\t0.2\tline
        nat\tnat\t3\tendpoint\taddress-port\tpreserving\toff\t60
        nat\tnat\t1\taddress-port\taddress-port\trandom\toff\t60
        access\tline\t1\t10\t0\t0.01\t10\t10\t100
        vary\ta\tplace\ta\tweight\t0.5\t2
        vary\tb and c\tplace\tb\tweight\t0.5\t2
        vary\tb and c\tplace\tc\tweight\t0.5\t2
        vary\tsymmetric\tnat\tnat\tsymmetric\t0\t3
        vary\tipv6\tplace\t*\tipv6\t0.5\t1.5
        vary\tmapping\tplace\tb\tport-mapping\t0.5\t2
        vary\tdelay\taccess\tline\tdelay\t0.5\t2
        vary\tloss\taccess\t*\tloss\t0.5\t4
        """

    @Test(arguments: [
        ("a", 2.0, "a", 2.0 / 5), ("a", 0.5, "a", 0.5 / 3.5), ("a", 2.0, "b", 2.0 / 5), ("b and c", 2.0, "a", 1.0 / 7),
        ("b and c", 0.5, "c", 0.5 / 2.5), ("a", 1.0, "a", 0.25), ("a", 0.0, "a", 0.0),
    ])
    func `a weight that is varied is drawn as often as it says`(
        label: String, factor: Double, place: String, expected: Double
    ) throws {
        let population = try Population(Self.small)
        let varied = population.varied(try variation(label, of: population), by: factor)
        // Four standard errors of 20,000 draws are at most 0.0142.
        #expect(abs(share(sides(of: varied)) { $0.place == place } - expected) < 0.0142)
    }

    @Test func `of NATs, those with the property`() throws {
        let population = try Population(Self.small)
        let symmetric = try variation("symmetric", of: population)
        func symmetricShare(_ factor: Double) -> Double {
            share(sides(of: population.varied(symmetric, by: factor))) { draw in
                draw.side.gateways.contains { $0.translation?.mapping == .addressAndPortDependent }
            }
        }
        #expect(abs(symmetricShare(1) - 0.25) < 0.0142)
        #expect(abs(symmetricShare(3) - 0.5) < 0.0142)
        #expect(symmetricShare(0) == 0)
    }

    @Test func `shares and lines`() throws {
        let population = try Population(Self.small)
        func varied(_ label: String, _ factor: Double) throws -> [PopulationDraw] {
            sides(of: population.varied(try variation(label, of: population), by: factor))
        }
        #expect(abs(share(try varied("ipv6", 1.5), \.side.hasIPv6) - 0.75) < 0.0142)
        #expect(share(try varied("ipv6", 2), \.side.hasIPv6) == 1)
        let mapped = try varied("mapping", 2)
        #expect(abs(share(mapped) { $0.side.gateways.contains(where: \.mapsPorts) } - (0.5 * 0.2 + 0.5 * 0.4)) < 0.0142)
        #expect(try varied("delay", 2).allSatisfy { $0.link.up.delay == .milliseconds(20) })
        #expect(try varied("loss", 4).allSatisfy { $0.link.down.loss == .bernoulli(0.04) })
    }

    @Test(arguments: [("a", 2.0), ("a", 0.5), ("b and c", 2.0), ("b and c", 0.5), ("symmetric", 3.0), ("ipv6", 1.5)])
    func `no more draws differ than the distributions do`(label: String, factor: Double) throws {
        let population = try Population(Self.small)
        let varied = population.varied(try variation(label, of: population), by: factor)
        let differences = zip(sides(of: population), sides(of: varied)).count { $0 != $1 }
        // Total variation: half of what the shares move by in sum.
        let distance: Double
        switch (label, factor) {
        case ("a", 2): distance = 2.0 / 5 - 1.0 / 4
        case ("a", _): distance = 1.0 / 4 - 0.5 / 3.5
        case ("b and c", 2): distance = 1.0 / 4 - 1.0 / 7
        case ("b and c", _): distance = 1.0 / 2.5 - 1.0 / 4
        default: distance = 0.25
        }
        #expect(abs(Double(differences) / Double(Self.draws) - distance) < 0.0142)
    }

    @Test func `a factor of one changes nothing`() throws {
        let population = try PopulationTests.fixture()
        let drawn = sides(of: population)
        for variation in population.variations {
            #expect(sides(of: population.varied(variation, by: 1)) == drawn, "\(variation.label)")
        }
    }

    @Test func `each assumption of the fixture is named and varied, and each variation is an assumption`() throws {
        let population = try PopulationTests.fixture()
        let text = try PopulationTests.fixtureText()
        var named: Set<String> = []
        for line in text.split(separator: "\n") where line.hasPrefix("#") && line.contains("assumption") {
            if line.contains("assumption  nobody") { continue }
            let label = line.split(separator: "[").dropFirst().first?.split(separator: "]").first
            named.insert(String(try #require(label, "an assumption without a name: \(line)")))
        }
        #expect(named == Set(population.variations.map(\.label)))
        #expect(named.count >= 18)
    }

    @Test(arguments: [
        "vary\tx\tplace\ta\tweight\t0.5", "vary\tx\tplace\ta\theight\t0.5\t2", "vary\tx\tthing\ta\tweight\t0.5\t2",
        "vary\tx\tplace\tnowhere\tweight\t0.5\t2", "vary\tx\tnat\tnat\tsequential\t0.5\t2",
        "vary\tx\tplace\ta\tweight\t2\t3", "vary\tx\tplace\ta\tweight\t0.5\t0.9", "vary\tx\taccess\tair\tdelay\t0.5\t2",
        "vary\ta\tplace\tb\tweight\t0.25\t2",
    ])
    func `a variation of nothing, or none, is refused`(line: String) {
        #expect(throws: PopulationError.self) { try Population(Self.small + "\n" + line) }
    }
}
