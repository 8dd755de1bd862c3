import Foundation
import SecureChannel
import Testing
import WireFormat
import rdbench

@Suite("The handshake suite")
struct HandshakeSuiteTests {
    @Test("counts messages and bytes, beside OpenSSL's") func counts() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "handshake-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let meter = HandshakeMeter(rounds: 1, seed: 5)
        let (kinds, other) = try meter.measure(openSSL: OpenSSLHandshake(folder: folder.path))
        // Noise's sections 5.3 and 9: keys and tags; a byte of ciphers in messages 1 and 2; CPace's shares of 32 bytes.
        #expect(kinds[.pinned]?.wire == HandshakeKind.Wire(messages: 2, bytes: (32 + 48 + 17) + (32 + 17)))
        #expect(
            kinds[.code]?.wire
                == HandshakeKind.Wire(messages: 3, bytes: (32 + 32 + 17) + (32 + 32 + 48 + 17) + (48 + 16)))
        // A datagram of 1,200 bytes, and an answer behind its first byte and the identifier; a cookie's notice has one more.
        let answer = 17 + 32 + 17
        #expect(kinds[.path]?.wire == HandshakeKind.Wire(messages: 2, bytes: 1_200 + answer))
        #expect(kinds[.pathWithCookie]?.wire == HandshakeKind.Wire(messages: 4, bytes: 2 * 1_200 + 34 + answer))
        // RFC 6347 section 4.2.4: four flights; two certificates are in them.
        #expect(other.wire.messages == 4)
        #expect((1_000...4_000).contains(other.wire.bytes))
    }

    @Test("seals and opens what it times", arguments: RecordCipher.allCases) func records(_ cipher: RecordCipher) throws
    {
        let figures = try RecordMeter(cipher: cipher).measure(seed: 5)
        #expect(figures.seal.count == figures.bareOpen.count && figures.seal.count > 0)
        #expect(figures.sealOfBare > 0 && figures.openOfBare > 0)
    }
}
