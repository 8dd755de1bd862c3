import SecureChannel
import Testing
import WireFormat

@Suite struct ConnectionCodeTests {
    @Test(arguments: [
        "7-crossover-clockwork", "7 crossover clockwork", "  7 - CROSSOVER -- Clockwork\n", "007-crossover-clockwork",
    ])
    func readsWhatPeopleType(_ text: String) {
        let code = ConnectionCode(text)
        #expect(code?.room == 7)
        #expect(code?.words == ["crossover", "clockwork"])
        #expect(code?.description == "7-crossover-clockwork")
    }

    @Test(arguments: [
        "", "7", "-", "crossover-clockwork", "7-crossover-clockwrok", "0-crossover", "4294967296-crossover",
        "+7-crossover", "7-7-crossover", "7-crossover-clockwork-", "seven-crossover", "7_crossover_clockwork",
        "7-" + Array(repeating: "zebra", count: 9).joined(separator: "-"), "٧-crossover",
        String(repeating: "7-crossover ", count: 1_000),
    ])
    func refusesOtherText(_ text: String) {
        // A dash at the end is harmless; everything else is no code.
        #expect((ConnectionCode(text) == nil) == (text != "7-crossover-clockwork-"))
    }

    @Test func drawsWordsThatItReads() {
        var random = SeededRandom(seed: 1)
        var words: Set<String> = []
        for room: UInt32 in 1...20_000 {
            let code = ConnectionCode(room: room, random: &random)
            #expect(ConnectionCode(code.description) == code)
            #expect(code.words.count == 2)
            words.formUnion(code.words)
        }
        // 40,000 draws find practically all of the words: at least 10 bits a word, 20 bits a code.
        #expect(words.count >= 1_024)
        #expect(words.allSatisfy { (4...12).contains($0.count) && $0.utf8.allSatisfy { (97...122).contains($0) } })
    }

    @Test func drawsTheSameForTheSameSeed() {
        var first = SeededRandom(seed: 3)
        var second = SeededRandom(seed: 3)
        #expect(ConnectionCode(room: 1, random: &first) == ConnectionCode(room: 1, random: &second))
        #expect(ConnectionCode(room: 1, random: &first) != ConnectionCode(room: 1, random: &first))
    }
}
