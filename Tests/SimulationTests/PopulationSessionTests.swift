import NetworkSimulator
import PeerSession
import Testing
import WireFormat
import rdbench

/// Drawn sessions as a whole: who gets a picture, who goes direct.
@Suite struct PopulationSessionTests {
    private struct Outcome {
        var hasPicture: Bool
        var isDirect: Bool
        var isDirectByICE: Bool
        var isPossible: Bool
        var place: String
    }

    private func outcome(
        _ index: Int, overIPv4: Bool, mapsPorts: Bool, meetsHardNATs: Bool = true
    ) throws -> Outcome {
        var sides = Fixture.pair(index, seed: 77)
        if overIPv4 {
            sides.host.side.hasIPv6 = false
            sides.viewer.side.hasIPv6 = false
        }
        var configuration = SessionConfiguration()
        configuration.tcpUse.isEnabled = !overIPv4
        configuration.hardNAT.isEnabled = meetsHardNATs
        var trial = try SessionTrial(
            seed: UInt64(index), host: sides.host, viewer: sides.viewer, identities: Fixture.identities,
            configuration: configuration, mapsPorts: mapsPorts)
        trial.run(for: .seconds(meetsHardNATs ? 10 : 6))
        let figures = trial.viewer.peer.session.figures
        return Outcome(
            hasPicture: figures.sharpFrame != nil, isDirect: figures.directPath != nil,
            isDirectByICE: DirectPathOracle.plainICE(sides.host.side, sides.viewer.side, families: [.ipv4, .ipv6]),
            isPossible: DirectPathOracle.anyMethod(
                sides.host.side, sides.viewer.side, families: [.ipv4, .ipv6], usingPortMapping: mapsPorts,
                usingTCP: !overIPv4),
            place: "\(sides.host.place) and \(sides.viewer.place)")
    }

    @Test func `no drawn session fails, and all but one of a hundred go direct that could`() throws {
        var relayed = 0
        var possible = 0
        var found = 0
        for index in 0..<1_000 {
            let outcome = try outcome(index, overIPv4: false, mapsPorts: true)
            #expect(outcome.hasPicture, "draw \(index): no picture, \(outcome.place)")
            #expect(outcome.isDirect || !outcome.isDirectByICE, "draw \(index): relayed, \(outcome.place)")
            #expect(outcome.isPossible || !outcome.isDirect, "draw \(index): direct, \(outcome.place)")
            if !outcome.isDirect { relayed += 1 }
            if outcome.isPossible { possible += 1 }
            if outcome.isPossible, outcome.isDirect { found += 1 }
        }
        #expect(relayed < 90)
        #expect(found * 100 >= possible * 99, "\(found) of \(possible)")
        print("population: \(relayed) of 1,000 relayed with everything")
    }

    /// What the benchmark's row full-udp-ipv4 shows: no IPv6, no TCP, no router that maps ports.
    @Test func `over IPv4 and UDP alone, all but one of a hundred go direct that could`() throws {
        let count = 400
        var possible = 0
        var found = 0
        for index in 0..<count {
            let outcome = try outcome(index, overIPv4: true, mapsPorts: false)
            #expect(outcome.hasPicture, "draw \(index): no picture, \(outcome.place)")
            #expect(outcome.isPossible || !outcome.isDirect, "draw \(index): direct, \(outcome.place)")
            if outcome.isPossible { possible += 1 }
            if outcome.isPossible, outcome.isDirect { found += 1 }
        }
        #expect(found * 100 >= possible * 99, "\(found) of \(possible)")
        #expect(possible * 100 >= count * 90, "of these draws \(possible) could go direct, of all some 92 %")
        print("population: \(found) of \(possible) direct over IPv4 and UDP alone, of \(count)")
    }

    @Test func `over IPv4 by checks alone, a session is direct exactly where plain ICE could be`() throws {
        var relayed = 0
        for index in 0..<400 {
            let outcome = try outcome(index, overIPv4: true, mapsPorts: false, meetsHardNATs: false)
            #expect(outcome.hasPicture, "draw \(index): no picture, \(outcome.place)")
            #expect(outcome.isDirect == outcome.isDirectByICE, "draw \(index): \(outcome.place)")
            if !outcome.isDirect { relayed += 1 }
        }
        #expect(
            (60...100).contains(relayed), "15 to 25 of 100 are relayed, as published figures say: \(relayed) of 400")
        print("population: \(relayed) of 400 relayed over IPv4 by checks alone")
    }
}
