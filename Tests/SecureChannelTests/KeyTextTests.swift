import SecureChannel
import Testing
import WireFormat

/// The files with keys.
@Suite struct KeyTextTests {
    private static func keys(_ seed: UInt64) -> StaticKeyPair {
        var random = SeededRandom(seed: seed)
        return StaticKeyPair(random: &random)
    }

    @Test func `a list has each key once, in order, and skips comments`() throws {
        let (first, second) = (Self.keys(1).publicKey, Self.keys(2).publicKey)
        let text = "# mine\r\n\(first) laptop, since May\n\n   \(second)\n\(first)\n#\(second)"
        #expect(try KeyList(text).keys == [first, second])
        #expect(try KeyList("").keys.isEmpty)
    }

    @Test func `a word before a key is kept with it, as is the name behind`() throws {
        let (first, second) = (Self.keys(1).publicKey, Self.keys(2).publicKey)
        let list = try KeyList("view-only,time=5m \(first) laptop of mine\n\(second) desk\nonly \(first)")
        #expect(list.keys == [first, second])
        #expect(list.entries.map(\.terms) == ["view-only,time=5m", nil, "only"])
        #expect(list.entries.map(\.name) == ["laptop", "desk", nil])
        #expect(list.entries.map(\.line) == [1, 2, 3])
        #expect(list.key(named: "laptop") == first && list.key(named: "desk") == second)
        let failure = #expect(throws: KeyList.Failure.self) { try KeyList("one two \(first)") }
        #expect(failure?.word == "one")
    }

    @Test func `a mistyped key is named with its line`() {
        var mistyped = Array("\(Self.keys(1).publicKey)")
        mistyped[3] = mistyped[3] == "a" ? "b" : "a"
        let word = String(mistyped)
        let failure = #expect(throws: KeyList.Failure.self) { try KeyList("# one\n\n\(word) laptop") }
        #expect(failure?.line == 3 && failure?.word == word)
    }

    @Test func `a secret is read as it was written`() {
        let keys = Self.keys(3)
        #expect(StaticKeyPair(text: "# secret\n\(keys.secretText)\n")?.publicKey == keys.publicKey)
        #expect(StaticKeyPair(text: keys.secretText.uppercased())?.publicKey == keys.publicKey)
    }

    @Test(arguments: [
        "", "# only a comment", String(repeating: "0", count: 63), String(repeating: "0", count: 65),
        String(repeating: "g", count: 64), "0x" + String(repeating: "0", count: 62),
        String(repeating: "\u{661}", count: 64), String(repeating: "\u{661}", count: 32),
        " " + String(repeating: "0", count: 64),
    ])
    func `what is no secret is refused`(text: String) {
        #expect(StaticKeyPair(text: text) == nil)
    }
}
