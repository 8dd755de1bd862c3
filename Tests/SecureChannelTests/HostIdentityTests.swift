import SecureChannel
import Testing
import WireFormat

@Suite struct HostIdentityTests {
    var random = SeededRandom(seed: 6)

    @Test mutating func acceptsTheOwnerOnly() throws {
        let host = StaticKeyPair(random: &random)
        let thief = StaticKeyPair(random: &random)
        let verifier = HostIdentityVerifier(random: &random)
        let sent = verifier.challenge.bytes
        let challenge = try #require(HostIdentityChallenge(bytes: sent))
        #expect(challenge == verifier.challenge && sent.count == HostIdentityChallenge.count)
        let answer = try #require(HostIdentityProof.answer(challenge, keys: host, server: "a.example"))
        #expect(answer.count == HostIdentityProof.count)
        func accepts(_ answer: [UInt8], _ key: PublicKey, _ server: String) -> Bool {
            verifier.accepts(answer.span, from: key, server: server)
        }
        #expect(accepts(answer, host.publicKey, "a.example"))
        #expect(!accepts(answer, thief.publicKey, "a.example"))
        #expect(!accepts(answer, host.publicKey, "b.example"))
        let stolen = try #require(HostIdentityProof.answer(challenge, keys: thief, server: "a.example"))
        #expect(!accepts(stolen, host.publicKey, "a.example"))
        for index in answer.indices {
            var altered = answer
            altered[index] ^= 4
            #expect(!accepts(altered, host.publicKey, "a.example"))
        }
        #expect(!accepts([], host.publicKey, "a.example"))
        #expect(!accepts(Array(answer.dropLast()), host.publicKey, "a.example"))
        #expect(!accepts(answer + [0], host.publicKey, "a.example"))
    }

    @Test("a proof of one role is none of the other")
    mutating func roles() throws {
        let keys = StaticKeyPair(random: &random)
        let verifier = HostIdentityVerifier(random: &random)
        for role in [HostIdentityProof.Role.host, .viewer] {
            let answer = try #require(HostIdentityProof.answer(verifier.challenge, keys: keys, server: "s", as: role))
            for other in [HostIdentityProof.Role.host, .viewer] {
                let isAccepted = verifier.accepts(answer.span, from: keys.publicKey, server: "s", as: other)
                #expect(isAccepted == (role == other))
            }
        }
    }

    @Test("a ticket opens with its key alone, and only as it was sealed")
    func tickets() {
        let key = TicketKey(secret: Array("a secret of some length".utf8))
        let same = TicketKey(secret: Array("a secret of some length".utf8))
        let other = TicketKey(secret: [UInt8](repeating: 1, count: 300))
        for content in [[], [1], [UInt8](repeating: 7, count: 40)] as [[UInt8]] {
            let ticket = key.seal(content)
            #expect(ticket.count == content.count + TicketKey.tagCount)
            #expect(same.open(ticket.span) == content)
            #expect(other.open(ticket.span) == nil)
            for index in ticket.indices {
                var altered = ticket
                altered[index] ^= 1
                #expect(key.open(altered.span) == nil)
            }
            let shorter = Array(ticket.dropFirst())
            #expect(key.open(shorter.span) == nil)
        }
    }

    @Test mutating func answersEachChallengeDifferently() throws {
        let host = StaticKeyPair(random: &random)
        let first = HostIdentityVerifier(random: &random)
        let second = HostIdentityVerifier(random: &random)
        let answer = try #require(HostIdentityProof.answer(first.challenge, keys: host, server: "s"))
        let isAccepted = second.accepts(answer.span, from: host.publicKey, server: "s")
        #expect(!isAccepted)
    }

    @Test mutating func refusesKeysOfLowOrderAndMalformedChallenges() throws {
        let host = StaticKeyPair(random: &random)
        let verifier = HostIdentityVerifier(random: &random)
        let zeros = [UInt8](repeating: 0, count: 64)
        let weak = try #require(HostIdentityChallenge(bytes: zeros))
        #expect(HostIdentityProof.answer(weak, keys: host, server: "s") == nil)
        let zero = try #require(PublicKey(bytes: Array(zeros.prefix(32))))
        let proof = Array(zeros.prefix(32))
        let isAccepted = verifier.accepts(proof.span, from: zero, server: "s")
        #expect(!isAccepted)
        for count in [0, 63, 65] {
            let bytes = [UInt8](repeating: 1, count: count)
            #expect(HostIdentityChallenge(bytes: bytes) == nil)
        }
    }
}
