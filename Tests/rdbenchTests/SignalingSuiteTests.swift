import Testing
import rdbench

@Suite("The signaling suite")
struct SignalingSuiteTests {
    @Test("does what is usual, or what is asked for") func choice() throws {
        let usual = try SignalingChoice()
        #expect(usual.meetingsPerSecond == 200 && usual.seconds == 10 && !usual.isChurn)
        let churn = try SignalingChoice(isChurn: true)
        #expect(churn.meetingsPerSecond == 50 && churn.seconds == 60 && churn.isChurn)
        let own = try SignalingChoice(meetingsPerSecond: 3, seconds: 4, isChurn: true)
        #expect(own.meetingsPerSecond == 3 && own.seconds == 4)
        #expect(!usual.isSecure)
        #expect(try SignalingChoice(isSecure: true).isSecure)
        #expect(throws: (any Error).self) { try SignalingChoice(isChurn: true, isSecure: true) }
    }

    @Test("refuses what cannot be", arguments: [0, -1, 1e9, .nan, .infinity])
    func refusals(_ number: Double) {
        #expect(throws: (any Error).self) { try SignalingChoice(meetingsPerSecond: number) }
        #expect(throws: (any Error).self) { try SignalingChoice(seconds: number) }
    }

    @Test("has as many servers as descriptors ask for, and refuses where these are too few") func servers() throws {
        func servers(_ hosts: Int, _ descriptors: Int) throws -> Int {
            try SignalingChoice.servers(for: hosts, descriptors: descriptors)
        }
        #expect(try servers(2_000, 20_000) == 1)
        #expect(try servers(18_000, 20_000) == 1)
        #expect(try servers(18_001, 20_000) == 2)
        #expect(try servers(50_000, 20_000) == 3)
        #expect(try servers(50_000, 3_000) == 50)
        #expect(try servers(100, 2_100) == 1)
        #expect(throws: BenchFailure.self) { try servers(2_000, 1_024) }
        #expect(throws: BenchFailure.self) { try servers(100, 2_099) }
    }

    @Test("compares quarters of the time") func quarters() {
        #expect(Quarters([1, 3, 10, 20, 5, 5, 8, 9, 1_000]).means == [2, 15, 5, 8.5])
        #expect(Quarters([1, 2, 3]).means.isEmpty)
    }

    @Test("prints hosts that wait, or sessions that come and go") func tables() throws {
        #expect(SignalingTable([CaseResult(suite: .relay, name: "x", seed: 1)]).text == nil)
        var waiting = CaseResult(suite: .signaling, name: "hosts", seed: 1)
        waiting.measures = ["exchange_ms": Distribution([1.5]).json, "lost": .integer(7)]
        let first = try #require(SignalingTable([waiting]).text)
        #expect(first.split(separator: "\n").contains { $0.split(separator: " ") == ["hosts", "1.50/1.50/1.50", "7"] })
        var churn = CaseResult(suite: .signaling, name: "churn", seed: 1)
        churn.sessions = 9
        churn.measures = ["sessions_per_s": .number(3), "last_of_second_quarter": .number(1.01)]
        let second = try #require(SignalingTable([churn]).text)
        #expect(
            second.split(separator: "\n").contains { $0.split(separator: " ") == ["churn", "9", "3.00", "101.0", "%"] })
        #expect(!second.contains("problem"))
        churn.measures["problem"] = .string("it does not end")
        #expect(SignalingTable([churn]).text?.contains("it does not end") == true)
    }
}
