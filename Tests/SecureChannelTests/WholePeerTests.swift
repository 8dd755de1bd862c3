import SecureChannel
import Testing
import WireFormat

/// Whole handshakes and records with an implementation that was written from the documentation page: `beeline_peer.py`, on
/// PyPI's noiseprotocol and cryptography.
@Suite struct WholePeerTests {
    struct Case: Sendable {
        let pattern: Pair.Pattern
        let isInitiator: Bool
        let cipher: RecordCipher
    }

    static let cases: [Case] = Pair.Pattern.allCases.flatMap { pattern in
        [true, false].flatMap { isInitiator in
            RecordLayerTests.ciphers.map { Case(pattern: pattern, isInitiator: isInitiator, cipher: $0) }
        }
    }

    private static let session: [UInt8] = [9, 8, 7, 6]
    private static let words = "7-crossover-clockwork"

    @Test(
        .enabled(if: NoisePeer.isUsable("noiseprotocol"), "needs noiseprotocol from PyPI: Tests/install"),
        arguments: cases)
    func completesFromThePageAlone(_ test: Case) throws {
        var random = SeededRandom(seed: 12)
        let own = StaticKeyPair(random: &random)
        let other = StaticKeyPair(random: &random)
        let code = try #require(ConnectionCode(Self.words))
        var machine = Self.machine(test, code: code, own: own, other: other.publicKey, random: &random)
        let secret =
            test.pattern == .code
            ? [code.words.joined(separator: "-"), String(code.room)] : [NoisePeer.hexadecimal(own.publicKey.bytes)]
        let peer = try NoisePeer(
            script: "beeline_peer.py",
            arguments: [
                test.pattern == .code ? "code" : "pinned", test.isInitiator ? "responder" : "initiator",
                NoisePeer.hexadecimal(Self.session), NoisePeer.hexadecimal(other.copyOfSecret()),
                String(RecordCiphers.always.union(RecordCiphers(test.cipher)).rawValue),
            ] + secret)
        var index = 0
        while !machine.isFinished {
            if index.isMultiple(of: 2) == test.isInitiator {
                try peer.write(try machine.write("payload of ours"))
            } else {
                #expect(try machine.read(peer.read()) == "payload of the peer")
            }
            index += 1
        }
        #expect(machine.peerKey == other.publicKey)
        #expect(machine.cipher == test.cipher)
        #expect(try peer.read() == machine.export(label: "interop", count: 40))
        #expect(try peer.read() == machine.exportFinal(label: "interop", count: 40))
        var records = try machine.recordLayer()
        let first = try records.open(peer.read())
        #expect(first.number == 3 && first.plaintext == Array("record of the peer".utf8))
        try peer.write(try records.seal([1, 2, 3, 4, 5], 77))
        let second = try records.open(peer.read())
        #expect(second.number == 4 && second.plaintext == [1, 2, 3, 4, 5])
    }

    private static func machine(
        _ test: Case, code: ConnectionCode, own: StaticKeyPair, other: PublicKey, random: inout SeededRandom
    ) -> Handshake {
        let prologue = Prologue(sessionIdentifier: session)
        switch (test.pattern, test.isInitiator) {
        case (.code, true): return .initiator(code: code, keys: own, prologue: prologue, random: &random)
        case (.code, false): return .responder(code: code, keys: own, prologue: prologue, random: &random)
        case (.pinned, true): return .initiator(pinned: other, keys: own, prologue: prologue, random: &random)
        case (.pinned, false): return .responder(pinnedKeys: own, prologue: prologue, random: &random)
        }
    }
}
