import SecureChannel
import Testing
import WireFormat

/// Handshakes with independent implementations, where they are installed; the bytes they write are in `noise.txt` anyway.
@Suite struct NoisePeerTests {
    static let all = ["noiseprotocol", "dissononce"]
    static let installed = all.filter(NoisePeer.isUsable)
    static var missing: String { all.filter { !installed.contains($0) }.joined(separator: ", ") }

    /// Skipped, with what is missing, where the other test does without it.
    @Test(.enabled(if: missing.isEmpty, "not installed from PyPI: \(missing); see Tests/install"))
    func allImplementationsAreInstalled() throws {
        for implementation in Self.all { #expect(NoisePeer.isInstalled(implementation)) }
    }

    struct Case: Sendable {
        let implementation: String
        let pattern: NoisePattern
        let isInitiator: Bool
    }

    static let cases: [Case] = installed.flatMap { implementation in
        [NoisePattern.xxpsk2, .ik].flatMap { pattern in
            [true, false].map { Case(implementation: implementation, pattern: pattern, isInitiator: $0) }
        }
    }

    @Test(
        .enabled(if: !installed.isEmpty, "needs noiseprotocol or dissononce from PyPI: Tests/install"), arguments: cases
    )
    func completeBothPatternsFromBothSides(_ test: Case) throws {
        var random = SeededRandom(seed: 11)
        let own = StaticKeyPair(random: &random)
        let other = StaticKeyPair(random: &random)
        let key = random.bytes(count: 32)
        let isPinned = test.pattern == .ik
        var machine = NoiseState(
            pattern: test.pattern, isInitiator: test.isInitiator, prologue: [1, 2, 3], keys: own,
            ephemeral: StaticKeyPair(random: &random), remoteKey: isPinned && test.isInitiator ? other.publicKey : nil)
        if !isPinned { machine.setPresharedKey(bytes: key) }
        let peer = try NoisePeer(arguments: [
            test.implementation, isPinned ? "ik" : "xxpsk2", test.isInitiator ? "responder" : "initiator", "010203",
            NoisePeer.hexadecimal(other.copyOfSecret()), isPinned ? "-" : NoisePeer.hexadecimal(key),
            isPinned && !test.isInitiator ? NoisePeer.hexadecimal(own.publicKey.bytes) : "-",
        ])
        var index = 0
        let payload = Array("payload of ours".utf8)
        while !machine.isFinished {
            if index.isMultiple(of: 2) == test.isInitiator {
                try peer.write(try machine.writeMessage(payload.span))
            } else {
                let message = try peer.read()
                #expect(String(decoding: try machine.readMessage(message.span), as: UTF8.self) == "payload of the peer")
            }
            index += 1
        }
        #expect(machine.remoteKey == other.publicKey)
        let ours = machine.transportMessage(payload, counter: 0, fromInitiator: test.isInitiator)
        // The peer sends back, sealed in its direction, what it could open.
        let expected = machine.transportMessage(payload, counter: 0, fromInitiator: !test.isInitiator)
        if test.isInitiator { try peer.write(ours) }
        #expect(try peer.read() == expected)
        if !test.isInitiator { try peer.write(ours) }
    }
}
