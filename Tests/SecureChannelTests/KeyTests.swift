import SecureChannel
import Testing
import WireFormat

@Suite struct KeyTests {
    /// RFC 7748 section 6.1.
    @Test func derivesTheRFCsPublicKey() throws {
        let secret = Fixture.bytes(hexadecimal: "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a")
        let point = Fixture.bytes(hexadecimal: "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a")
        let pair = StaticKeyPair(secretBytes: secret)
        #expect(pair?.publicKey.bytes == point)
        #expect(pair?.copyOfSecret() == secret)
    }

    @Test func derivesAKeyForEachUse() throws {
        var random = SeededRandom(seed: 4)
        let pair = StaticKeyPair(random: &random)
        let key = pair.derivedKey(label: "one")
        #expect(key == pair.derivedKey(label: "one"))
        #expect(key.count == 32)
        #expect(key != pair.derivedKey(label: "two"))
        #expect(key != StaticKeyPair(random: &random).derivedKey(label: "one"))
        #expect(key != pair.copyOfSecret())
    }

    @Test func readsTheTextItPrints() {
        var random = SeededRandom(seed: 1)
        for _ in 0..<200 {
            let key = StaticKeyPair(random: &random).publicKey
            let text = key.description
            #expect(text.count == 56)
            #expect(PublicKey(text) == key)
            #expect(PublicKey(text.uppercased()) == key)
            let grouped = stride(from: 0, to: 56, by: 8).map { text.dropFirst($0).prefix(8) }.joined(separator: "-")
            #expect(PublicKey(grouped) == key)
        }
    }

    @Test func refusesMistypedText() {
        var random = SeededRandom(seed: 2)
        let text = StaticKeyPair(random: &random).publicKey.description
        for index in text.indices {
            for other in "a7m" where text[index] != other {
                var wrong = text
                wrong.replaceSubrange(index...index, with: String(other))
                #expect(PublicKey(wrong) == nil)
            }
        }
        for wrong in ["", "a", String(text.dropLast()), text + "a", String(repeating: "1", count: 56), text + "\u{0}"] {
            #expect(PublicKey(wrong) == nil)
        }
    }

    @Test func takesThirtyTwoBytesOnly() {
        for count in [0, 31, 33] {
            #expect(PublicKey(bytes: Array(repeating: 1, count: count)) == nil)
            #expect(StaticKeyPair(secretBytes: Array(repeating: 1, count: count)) == nil)
        }
    }

    @Test func ordersByBytes() throws {
        let low = try #require(PublicKey(bytes: Array(repeating: 1, count: 32)))
        let high = try #require(PublicKey(bytes: Array(repeating: 2, count: 32)))
        #expect(low < high)
        #expect(!(low < low))
    }
}
