import SecureChannel
import Testing
import WireFormat

@Suite struct ConnectionCodeTests {
    @Test func parsesWhatItPrints() {
        let code = ConnectionCode("7-crossover-clockwork")
        #expect(code?.room == 7)
        #expect(code?.words == ["crossover", "clockwork"])
        #expect(code?.description == "7-crossover-clockwork")
    }
}
