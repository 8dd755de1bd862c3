import SecureChannel
import Testing
import WireFormat

/// Searches the memory of the process for a static secret while handshakes and records need it, and when they are gone.
@Suite struct SecretWipingTests {
    /// The secret, with its bits inverted: the secret itself is in no place that this test does not clear.
    private static let masked: [UInt8] = {
        var random = SeededRandom(seed: 0x5EC3E7)
        return random.bytes(count: StaticKeyPair.secretCount)
    }()

    /// X25519 changes bits of the first and the last byte in its own copies; what lies between is searched for.
    private static let searched = Array(masked.dropFirst().dropLast())

    /// Makes the key pair, leaving no copy of the secret outside it.
    @inline(never)
    private static func keys() throws -> StaticKeyPair {
        try withUnsafeTemporaryAllocation(of: UInt8.self, capacity: masked.count) { buffer in
            for index in buffer.indices { buffer.initializeElement(at: index, to: ~masked[index]) }
            defer { buffer.update(repeating: 0) }
            guard let keys = StaticKeyPair(secret: UnsafeBufferPointer(buffer).span) else {
                throw HandshakeFailure.malformed
            }
            return keys
        }
    }

    /// One session that uses the secret, and what of it is found meanwhile.
    @inline(never)
    private static func session(_ memory: ProcessMemory) throws -> Int {
        var random = SeededRandom(seed: 9)
        let viewerKeys = try keys()
        let hostKeys = StaticKeyPair(random: &random)
        let prologue = Prologue(sessionIdentifier: [1])
        var viewer = Handshake.initiator(
            pinned: hostKeys.publicKey, keys: viewerKeys, prologue: prologue, random: &random)
        var host = Handshake.responder(pinnedKeys: hostKeys, prologue: prologue, random: &random)
        _ = try host.read(viewer.write())
        _ = try viewer.read(host.write())
        var records = (try viewer.recordLayer(), try host.recordLayer())
        let record = try records.0.seal([1, 2, 3], 0)
        #expect(try records.1.open(record).plaintext == [1, 2, 3])
        let found = try memory.count(ofMasked: searched)
        withExtendedLifetime(viewerKeys) {}
        return found
    }

    /// Overwrites what calls before have left on the stack below.
    @inline(never)
    private static func clearStack(_ depth: Int) -> Int {
        var block: [4_096 of UInt8] = InlineArray(repeating: UInt8(truncatingIfNeeded: depth))
        if depth > 0 { block[depth] = UInt8(truncatingIfNeeded: clearStack(depth - 1)) }
        return Int(block[depth])
    }

    @Test func `a secret is gone with the last that needed it`() throws {
        let memory = ProcessMemory()
        #expect(try Self.session(memory) >= 1, "the search finds it while it is there")
        _ = Self.clearStack(60)
        #expect(try memory.count(ofMasked: Self.searched) == 0)
    }
}
