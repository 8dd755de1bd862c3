import Foundation
import NetworkSimulator
import SecureChannel
import WireFormat
import rdbench

/// The population of networks that all suites draw from, and surroundings made by hand.
enum Fixture {
    static let population: Population = {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let file = root.appending(path: "Fixtures/population/2026.tsv")
        do {
            return try Population(String(contentsOf: file, encoding: .utf8))
        } catch {
            fatalError("\(file.path): \(error)")
        }
    }()

    static let identities = LiveSession.identities

    /// A second viewer that hosts with pinned keys let in.
    static let otherViewer = LiveSession.otherViewer

    /// Two sides drawn from the population.
    static func pair(_ index: Int, seed: UInt64) -> (host: PopulationDraw, viewer: PopulationDraw) {
        var random = SeededRandom(seed: (seed, UInt64(index), 0, 0))
        return (population.draw(using: &random), population.draw(using: &random))
    }

    /// A side behind these NATs, on a line with this one-way delay and nothing else to it.
    static func side(_ gateways: [TranslationRules], delay: Interval = .milliseconds(10)) -> PopulationDraw {
        var random = SeededRandom(seed: 1)
        var draw = population.draw(using: &random)
        draw.place = "made by hand"
        draw.side = NetworkSide(gateways: gateways.map { .nat($0) }, hasIPv6: false)
        draw.link = AccessLink(delay: delay)
        return draw
    }

    /// An office that lets out nothing but connections to web servers' ports.
    static let webOnly: PopulationDraw = {
        var draw = side([])
        draw.side.gateways = [.firewall(.webOnly)]
        return draw
    }()

    /// A home router, and a network in which ICE finds nothing direct.
    static let home = side([.portRestricted])
    static let strict = side([.symmetric])
}
