import SecureChannel
import Testing
import WireFormat

/// A network that belongs to an adversary: every message ever written may be delivered to every party, in every order,
/// any number of times. All orders are walked through; a refused message must change nothing.
@Suite struct AdversaryTests {
    struct Party: Sendable {
        let name: String
        let session: UInt8
        let code: String
        let ownKey: PublicKey
        var handshake: Handshake
        /// What this party has sent and received, for matching conversations.
        var conversation: [[UInt8]] = []
    }

    struct World {
        var parties: [Party]
        /// Every message on the network.
        var messages: [[UInt8]] = []

        /// Lets a party write if it is its turn.
        mutating func write(_ index: Int) {
            guard let message = try? parties[index].handshake.write("payload") else { return }
            parties[index].conversation.append(message)
            messages.append(message)
        }
    }

    /// Walks all worlds that deliveries lead to and returns how many there are.
    static func explore(_ world: World, _ check: (World) throws -> Void) rethrows -> Int {
        try check(world)
        var count = 1
        for message in world.messages.indices {
            for receiver in world.parties.indices {
                var next = world
                let before = next.parties[receiver].handshake.stage
                do throws(HandshakeFailure) {
                    _ = try next.parties[receiver].handshake.read(world.messages[message])
                } catch {
                    let after = next.parties[receiver].handshake.stage
                    if after == before { continue }
                    // A wrong code alone ends something.
                    #expect(error == .wrongCode && after == .failed)
                    count += try explore(next, check)
                    continue
                }
                next.parties[receiver].conversation.append(world.messages[message])
                next.write(receiver)
                count += try explore(next, check)
            }
        }
        return count
    }

    /// Who finished did so with one party that had the same conversation, session and code, and its key.
    static func agree(_ world: World) throws {
        for party in world.parties where party.handshake.isFinished {
            let secret = try party.handshake.exportFinal(label: "x", count: 32)
            let partners = world.parties.filter { other in
                other.name != party.name
                    && other.conversation.prefix(party.conversation.count)
                        == party.conversation.prefix(other.conversation.count)
                    && !other.conversation.isEmpty
            }
            #expect(partners.count == 1, "\(party.name)")
            for partner in partners {
                #expect(partner.session == party.session && partner.code == party.code)
                #expect(partner.handshake.role != party.handshake.role)
                #expect(party.handshake.peerKey == partner.ownKey)
                if partner.handshake.isFinished {
                    #expect(try partner.handshake.exportFinal(label: "x", count: 32) == secret)
                    #expect(partner.handshake.peerKey == party.ownKey)
                }
            }
        }
    }

    static func party(
        _ name: String, _ pattern: Pair.Pattern, _ role: HandshakeRole, session: UInt8, code: String = "7-zebra-zircon",
        keys: StaticKeyPair, host: PublicKey, random: inout SeededRandom
    ) throws -> Party {
        let prologue = Prologue(sessionIdentifier: [session])
        let words = try #require(ConnectionCode(code))
        let handshake: Handshake =
            switch (pattern, role) {
            case (.code, .initiator): .initiator(code: words, keys: keys, prologue: prologue, random: &random)
            case (.code, .responder): .responder(code: words, keys: keys, prologue: prologue, random: &random)
            case (.pinned, .initiator): .initiator(pinned: host, keys: keys, prologue: prologue, random: &random)
            case (.pinned, .responder): .responder(pinnedKeys: keys, prologue: prologue, random: &random)
            }
        return Party(name: name, session: session, code: code, ownKey: keys.publicKey, handshake: handshake)
    }

    @Test(arguments: Pair.Pattern.allCases)
    func finishedPartiesAgreeWhateverTheNetworkDoes(_ pattern: Pair.Pattern) throws {
        var random = SeededRandom(seed: 21)
        let viewerKeys = StaticKeyPair(random: &random)
        let hostKeys = StaticKeyPair(random: &random)
        let plan: [(String, HandshakeRole, UInt8, String)] = [
            ("viewer", .initiator, 1, "7-zebra-zircon"), ("viewer again", .initiator, 1, "7-zebra-zircon"),
            ("host", .responder, 1, "7-zebra-zircon"), ("host of another session", .responder, 2, "7-zebra-zircon"),
        ]
        var world = World(parties: [])
        for (name, role, session, code) in plan {
            world.parties.append(
                try Self.party(
                    name, pattern, role, session: session, code: code,
                    keys: role == .initiator ? viewerKeys : hostKeys, host: hostKeys.publicKey, random: &random))
        }
        for index in world.parties.indices { world.write(index) }
        var finished = 0
        let count = try Self.explore(world) { world in
            try Self.agree(world)
            finished = max(finished, world.parties.filter(\.handshake.isFinished).count)
        }
        // Something happened at all: one viewer and the host of its session finish, in more than one order.
        #expect(finished == 2)
        #expect(count > 4)
    }

    @Test func aGuesserLearnsOneGuess() throws {
        var random = SeededRandom(seed: 22)
        let viewerKeys = StaticKeyPair(random: &random)
        let hostKeys = StaticKeyPair(random: &random)
        var world = World(parties: [])
        for (name, role, code) in [
            ("viewer", HandshakeRole.initiator, "7-zebra-zircon"), ("guesser", .initiator, "7-zebra-zodiac"),
            ("host", .responder, "7-zebra-zircon"), ("guessing host", .responder, "7-zebra-zodiac"),
        ] {
            world.parties.append(
                try Self.party(
                    name, .code, role, session: 1, code: code, keys: role == .initiator ? viewerKeys : hostKeys,
                    host: hostKeys.publicKey, random: &random))
        }
        for index in world.parties.indices { world.write(index) }
        var failures: Set<String> = []
        _ = try Self.explore(world) { world in
            try Self.agree(world)
            for party in world.parties where party.handshake.stage == .failed { failures.insert(party.name) }
        }
        #expect(failures == ["viewer", "guesser"])
    }
}
