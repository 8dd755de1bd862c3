import STUN
import Testing
import WireFormat

@Suite struct SecurityFeatureTests {
    /// The request of RFC 8489 appendix B.1 hides its user's name, and its nonce says so.
    @Test func theNonceOfAppendixB1AsksForAnonymity() throws {
        let vector = try #require(Vector.all.last)
        let bytes = vector.message
        let message = try Message(bytes.span)
        let nonce = message.nonce?.copied() ?? []
        #expect(SecurityFeatures(nonce: nonce.span) == .usernameAnonymity)
    }

    @Test func theUserHashOfAppendixB1() throws {
        let vector = try #require(Vector.all.last)
        let bytes = vector.message
        let message = try Message(bytes.span)
        let name = try [UInt8](#require(vector.username).utf8)
        let realm = try [UInt8](#require(vector.realm).utf8)
        let found = message.userHash?.copied()
        #expect(found == UserHash.of(username: name.span, realm: realm.span).span.copied())
    }

    @Test(arguments: [0, 1, 2, 3, 0x80_0000, 0xFF_FFFF, 0xFBF_FFF, 0x12_3456] as [UInt32])
    func cookiesRoundTrip(bits: UInt32) {
        let features = SecurityFeatures(rawValue: bits)
        let nonce = features.cookie.span.copied() + [UInt8]("rest".utf8)
        #expect(SecurityFeatures(nonce: nonce.span) == features)
        #expect(String(decoding: nonce.prefix(9), as: UTF8.self) == "obMatJos2")
    }

    @Test(arguments: [
        "", "obMatJos2", "obMatJos2AAA", "obMatJos2AA=A", "obMatJos3AAAB", "f//499k954d6OL34oL9FSTvy64sA",
    ])
    func othersHaveNoCookie(nonce: String) {
        let bytes = [UInt8](nonce.utf8)
        #expect(SecurityFeatures(nonce: bytes.span) == nil)
    }
}
