import ICE
import PeerSession
import Testing
import WireFormat

/// What travels in offers and in the handshake's payloads.
@Suite struct HandshakePayloadTests {
    static let credentials = Agent.Credentials(
        usernameFragment: "a1b2c3d4", password: String(repeating: "0f", count: 16))

    static func candidates(_ count: Int, seed: UInt64) -> [Candidate] {
        var random = SeededRandom(seed: seed)
        return (0..<count).map { index in
            let ip: IPAddress =
                index % 2 == 0
                ? .v4(0x0A00_0000 | UInt32.random(in: 1..<0xFFFF, using: &random))
                : .v6(high: 0x2A00_0000_0000_0000, low: random.next() | 1)
            return Candidate(
                kind: CandidateKind.allCases[index % 4],
                address: TransportAddress(ip: ip, port: UInt16.random(in: 1...65_535, using: &random)),
                priority: UInt32.random(in: 1...0x7FFF_FFFF, using: &random), foundation: UInt32(index))
        }
    }

    @Test(arguments: [0, 1, 7, 64]) func `a description comes back as it was`(_ count: Int) {
        let description = SessionDescription(
            credentials: Self.credentials, candidates: Self.candidates(count, seed: UInt64(count)))
        let bytes = description.encoded
        let decoded = SessionDescription(decoding: bytes.span)
        #expect(decoded == description)
    }

    @Test func `a description with more candidates than an agent offers is none`() {
        let description = SessionDescription(
            credentials: Self.credentials,
            candidates: Self.candidates(SessionDescription.maximumCandidates + 1, seed: 3))
        let bytes = description.encoded
        let decoded = SessionDescription(decoding: bytes.span)
        #expect(decoded == nil)
    }

    @Test func `credentials shorter than RFC 8445 allows are none`() {
        // Section 5.3: the fragment has 4 characters at least, the password 22.
        for (fragment, password) in [("abc", 22), ("abcd", 21), ("", 32)] {
            let credentials = Agent.Credentials(
                usernameFragment: fragment, password: String(repeating: "x", count: password))
            let bytes = SessionDescription(credentials: credentials, candidates: []).encoded
            let decoded = SessionDescription(decoding: bytes.span)
            #expect(decoded == nil)
        }
    }

    @Test func `a description cut anywhere but between candidates is none`() {
        let description = SessionDescription(
            credentials: Self.credentials, candidates: Self.candidates(1, seed: 9))
        let bytes = description.encoded
        let bare = SessionDescription(credentials: Self.credentials, candidates: []).encoded.count
        for count in 0..<bytes.count where count != bare {
            let decoded = SessionDescription(decoding: bytes.span.extracting(0..<count))
            #expect(decoded == nil, "\(count) of \(bytes.count) bytes")
        }
    }

    @Test func `text that is no UTF-8 is none`() {
        var bytes = SessionDescription(credentials: Self.credentials, candidates: []).encoded
        bytes[3] = 0xFF
        let decoded = SessionDescription(decoding: bytes.span)
        #expect(decoded == nil)
    }

    @Test func `mutated descriptions never trap, and what is taken is written the same`() {
        var random = SeededRandom(seed: 8)
        let bytes = SessionDescription(credentials: Self.credentials, candidates: Self.candidates(4, seed: 2)).encoded
        for mutation in Bytes.mutations(of: bytes, random: &random, count: 5_000) {
            guard let decoded = SessionDescription(decoding: mutation.span) else { continue }
            #expect(decoded.encoded == mutation)
        }
    }

    @Test func `an offer comes back as it was`() {
        var random = SeededRandom(seed: 4)
        for pattern in [Offer.Pattern.code, .pinnedKey] {
            let offer = Offer(
                version: 0x0102, pattern: pattern, nonce: random.bytes(count: Offer.nonceSize),
                message: random.bytes(count: 96))
            let bytes = offer.encoded
            let decoded = Offer(decoding: bytes.span)
            #expect(decoded == offer)
        }
    }

    @Test func `an offer without its head or of an unknown pattern is none`() {
        let offer = Offer(version: 1, pattern: .code, nonce: Array(repeating: 7, count: Offer.nonceSize), message: [])
        let bytes = offer.encoded
        for count in 0..<bytes.count {
            let decoded = Offer(decoding: bytes.span.extracting(0..<count))
            #expect(decoded == nil)
        }
        for pattern in [UInt8(0), 3, 255] {
            var wrong = bytes
            wrong[2] = pattern
            let decoded = Offer(decoding: wrong.span)
            #expect(decoded == nil)
        }
    }
}
