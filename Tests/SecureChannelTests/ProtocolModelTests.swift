import SecureChannel
import Testing

/// The handshake with perfect cryptography between a bounded number of sessions, in every world that an adversary can
/// bring about who is the whole network: he drops, repeats, reorders, reflects and mixes up messages and writes his own
/// (Dolev and Yao, "On the security of public key protocols", 1983). What the documentation claims must hold in each.
///
/// Bounds: three parties. As public keys the adversary sends any that he has seen and one of his own, as CPace shares any
/// that he has seen, one for a guess at the words, and a power of the base. Of exponentials the model knows that they
/// commute, and nothing else: points of low order are for other tests.
@Suite struct ProtocolModelTests {
    /// What a walk through worlds came to.
    struct Outcome {
        var worlds = 0
        var mostFinished = 0
        var broken: Set<Claim> = []
    }

    /// Far more than there are; a mutant that breaks everything may have more.
    static let mostWorlds = 20_000

    /// Walks all worlds, or until a claim is broken that was waited for.
    static func explore(_ handshake: ModelProtocol, _ scenario: Scenario, until wanted: Claim? = nil) -> Outcome {
        var outcome = Outcome()
        var seen: Set<[[[Term]]]> = []
        var waiting = [ModelWorld(scenario, handshake)]
        while let world = waiting.popLast(), outcome.worlds < mostWorlds {
            guard seen.insert(world.identity).inserted else { continue }
            outcome.worlds += 1
            outcome.mostFinished = max(outcome.mostFinished, world.parties.count { $0.isOver })
            outcome.broken.formUnion(Claims(world: world, scenario: scenario).broken)
            if let wanted, outcome.broken.contains(wanted) { break }
            waiting += world.successors
        }
        return outcome
    }

    @Test(arguments: [NoisePattern.xxpsk2, .ik], Scenario.all)
    func `every claim holds in every world`(_ pattern: NoisePattern, _ scenario: Scenario) {
        let outcome = Self.explore(.of(pattern), scenario)
        #expect(outcome.broken.isEmpty)
        #expect(outcome.mostFinished >= 2, "sessions come about at all")
        #expect(outcome.worlds < Self.mostWorlds, "all worlds were walked through")
    }

    struct Mutant: Sendable, CustomTestStringConvertible {
        let handshake: ModelProtocol
        let claim: Claim

        var testDescription: String { "\(handshake.name): \(claim)" }
    }

    /// A handshake with something missing, and what that breaks.
    static let mutants: [Mutant] = {
        let code = ModelProtocol.of(.xxpsk2)
        let pinned = ModelProtocol.of(.ik)
        return [
            Mutant(handshake: pinned.without(.ss), claim: .origin),
            Mutant(handshake: pinned.without(.es), claim: .agreement),
            Mutant(handshake: pinned.without(.es), claim: .nonces),
            Mutant(handshake: pinned.without(.ee), claim: .forwardSecrecy),
            Mutant(handshake: pinned.without(.se), claim: .secrecy),
            Mutant(handshake: code.without(.es), claim: .agreement),
            Mutant(handshake: code.without(.se), claim: .agreement),
            Mutant(handshake: code.without(.psk), claim: .peerKey),
            Mutant(handshake: code.without(.psk), claim: .secrecy),
            Mutant(handshake: code.changed("with the words as key") { $0.usesCPace = false }, claim: .forwardSecrecy),
            Mutant(
                handshake: code.changed("of no session") {
                    $0.mixesPrologue = false
                    $0.bindsChannel = false
                }, claim: .agreement),
            Mutant(handshake: pinned.changed("of no session") { $0.mixesPrologue = false }, claim: .agreement),
            Mutant(handshake: pinned.changed("of either way") { $0.bindsWay = false }, claim: .agreement),
            Mutant(
                handshake: code.changed("without transcript") { $0.authenticatesTranscript = false }, claim: .agreement),
            Mutant(
                handshake: pinned.changed("without transcript") { $0.authenticatesTranscript = false },
                claim: .agreement),
        ]
    }()

    @Test(arguments: mutants) func `the model notices what is missing`(_ mutant: Mutant) {
        #expect(
            Scenario.all.contains { scenario in
                Self.explore(mutant.handshake, scenario, until: mutant.claim).broken.contains(mutant.claim)
            })
    }
}
