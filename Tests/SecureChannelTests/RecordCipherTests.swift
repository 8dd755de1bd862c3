import SecureChannel
import Testing
import WireFormat

@Suite struct RecordCipherTests {
    static let sets: [RecordCiphers] = [.always, [], .available]

    /// What the two sides should come to.
    static func expected(_ viewer: RecordCiphers, _ host: RecordCiphers) -> RecordCipher {
        let fast = RecordCiphers(.aes256GCM)
        return viewer.contains(fast) && host.contains(fast) ? .aes256GCM : .chaCha20Poly1305
    }

    @Test(arguments: Pair.Pattern.allCases, sets.flatMap { viewer in sets.map { [viewer, $0] } })
    func theFastestThatBothHaveIsTaken(_ pattern: Pair.Pattern, _ ciphers: [RecordCiphers]) throws {
        var pair = try Pair(pattern, viewerCiphers: ciphers[0], hostCiphers: ciphers[1])
        #expect(pair.viewer.cipher == nil && pair.host.cipher == nil)
        try pair.complete()
        let cipher = Self.expected(ciphers[0], ciphers[1])
        #expect(pair.viewer.cipher == cipher && pair.host.cipher == cipher)
        var (viewer, host) = (try pair.viewer.recordLayer(), try pair.host.recordLayer())
        #expect(viewer.cipher == cipher && host.cipher == cipher)
        #expect(try host.open(viewer.seal([1, 2, 3], 0)).plaintext == [1, 2, 3])
        #expect(try viewer.open(host.seal([4, 5, 6], 0)).plaintext == [4, 5, 6])
    }

    /// With a code the offered ciphers are readable on the way, but the answer is bound to them.
    @Test(arguments: [0, 1, 2, 0x80, 0xFF] as [UInt8]) func nobodyTalksACodesViewerDown(_ byte: UInt8) throws {
        var pair = try Pair(.code)
        var offer = try pair.viewer.write()
        // Behind share and ephemeral key, and sealed under a key that anybody can compute; in the place of the forger, who
        // has it: a viewer of the same share and ephemeral key, who has other ciphers.
        var forger = try Pair(.code, viewerCiphers: RecordCiphers(rawValue: byte))
        let forged = try forger.viewer.write()
        #expect(forged.prefix(64) == offer.prefix(64))
        guard forged != offer else { return }
        offer = forged
        _ = try pair.host.read(offer)
        let answer = try pair.host.write()
        #expect(throws: HandshakeFailure.notAuthentic) { try pair.viewer.read(answer) }
    }

    @Test(arguments: [0, 2, 3, 0xFF] as [UInt8]) func aCipherThatWasNotOfferedIsRefused(_ chosen: UInt8) throws {
        var random = SeededRandom(seed: 5)
        let (viewerKeys, hostKeys) = (StaticKeyPair(random: &random), StaticKeyPair(random: &random))
        let prologue = Prologue(sessionIdentifier: [1])
        var viewer = Handshake.initiator(
            pinned: hostKeys.publicKey, keys: viewerKeys, prologue: prologue, ciphers: .always, random: &random)
        var bare = NoiseState(
            pattern: .ik, isInitiator: false, prologue: prologue.bytes, keys: hostKeys,
            ephemeral: StaticKeyPair(random: &random))
        let offer = try viewer.write("hello")
        #expect(try bare.readMessage(offer.span) == [RecordCiphers.always.rawValue] + Array("hello".utf8))
        var other = bare
        let wrong = [chosen]
        let refused = try bare.writeMessage(wrong.span)
        #expect(throws: HandshakeFailure.malformed) { try viewer.read(refused) }
        #expect(viewer.stage == .messageOne)
        let right = [RecordCipher.chaCha20Poly1305.rawValue]
        let answer = try other.writeMessage(right.span)
        #expect(try viewer.read(answer).isEmpty)
        #expect(viewer.cipher == .chaCha20Poly1305)
    }

    @Test func aMessageWithoutCiphersIsMalformed() throws {
        var random = SeededRandom(seed: 4)
        let (viewerKeys, hostKeys) = (StaticKeyPair(random: &random), StaticKeyPair(random: &random))
        let prologue = Prologue(sessionIdentifier: [1])
        var host = Handshake.responder(pinnedKeys: hostKeys, prologue: prologue, random: &random)
        var bare = NoiseState(
            pattern: .ik, isInitiator: true, prologue: prologue.bytes, keys: viewerKeys,
            ephemeral: StaticKeyPair(random: &random), remoteKey: hostKeys.publicKey)
        let nothing: [UInt8] = []
        let message = try bare.writeMessage(nothing.span)
        #expect(throws: HandshakeFailure.malformed) { try host.read(message) }
        #expect(host.stage == .beginning)
    }

    @Test(arguments: RecordLayerTests.ciphers) func keysSealNoMoreThanTheyMay(_ cipher: RecordCipher) throws {
        let limit: UInt64 = 100
        var (a, b) = RecordLayerTests.layers(cipher, packetsPerKey: 50, packetLimit: limit)
        // The first update needs no acknowledgement, the second does: 50 packets, then as many as the limit lets out.
        for number in 0..<50 + limit { _ = try b.open(a.seal([1], number)) }
        #expect(throws: RecordFailure.exhausted) { try a.seal([1], 50 + limit) }
        #expect(a.counters.sealed == 50 + limit && a.counters.sendingKeyUpdates == 1)
    }
}
