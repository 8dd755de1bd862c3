import Testing
import rdbench

@Suite("The relay suite")
struct RelaySuiteTests {
    @Test("measures every shape, or those that are named") func shapes() throws {
        let all = try RelayChoice().shapes
        #expect(all.count == 4 * 2 * 5 && Set(all).count == all.count)
        let some = try RelayChoice(allocations: "10", payloads: "100,1200", bursts: "1,8").shapes
        #expect(
            some.map(\.name) == [
                "10 allocations, 100 bytes, one by one", "10 allocations, 100 bytes, bursts of 8",
                "10 allocations, 100 bytes, bursts of 8, joined",
                "10 allocations, 1200 bytes, one by one", "10 allocations, 1200 bytes, bursts of 8",
                "10 allocations, 1200 bytes, bursts of 8, joined",
            ])
    }

    @Test("refuses what it cannot send", arguments: ["0", "x", "1,,y", "100000", "-1"])
    func refusals(text: String) {
        #expect(throws: (any Error).self) { try RelayChoice(allocations: text) }
        #expect(throws: (any Error).self) { try RelayChoice(payloads: text) }
        #expect(throws: (any Error).self) { try RelayChoice(bursts: text) }
    }

    @Test("charges what was delivered, and counts what was not") func arithmetic() {
        var count = RelayTraffic.Count()
        (count.toPeers, count.toClients, count.lost, count.misdelivered, count.seconds) = (600, 400, 250, 3, 0.5)
        var figures = ThroughputMeter.Figures()
        figures.add(count, processorMilliseconds: 4)
        // 4 ms for 1,000 packets; 1,000 packets in half a second; 250 of 1,250 lost.
        #expect(figures.cpu.percentile(50) == 4)
        #expect(figures.packetsPerSecond.percentile(50).map { abs($0 - 2_000) < 2 } == true)
        #expect(figures.loss == 0.2 && figures.misdelivered == 3)
        // A slice in which nothing came says nothing about the price of a packet.
        var nothing = RelayTraffic.Count()
        nothing.lost = 750
        figures.add(nothing, processorMilliseconds: 9)
        #expect(figures.cpu.count == 1 && figures.loss == 0.5)
        #expect(ThroughputMeter.Figures().loss == 0)
    }

    @Test("prints ours beside the other's") func table() throws {
        #expect(RelayTable([CaseResult(suite: .codec, name: "x", seed: 1)]).text == nil)
        var own = CaseResult(suite: .relay, name: "shape", seed: 1)
        var other = own
        own.measures = ["cpu_us_per_packet": Distribution([2.0]).json, "cpu_of_coturn": Distribution([0.4]).json]
        other.measures = ["cpu_us_per_packet": Distribution([5.0]).json, "peer": .string("coturn")]
        let text = try #require(RelayTable([own, other]).text)
        #expect(text.split(separator: "\n").contains { $0.split(separator: " ") == ["shape", "2.00", "5.00", "0.40"] })
    }

    @Test("prints what was lost, and how fast each flood was") func losses() throws {
        var own = CaseResult(suite: .relay, name: "flood", seed: 1)
        own.measures = [
            "flooded_us": Distribution([3.0]).json, "loss": .number(0), "flood_per_s": .number(5_000),
        ]
        var other = own
        other.measures = [
            "flooded_us": Distribution([5.0]).json, "loss": .number(0.033), "flood_per_s": .number(10_000),
            "peer": .string("coturn"),
        ]
        let text = try #require(RelayTable([own, other]).text)
        let cells = ["flood", "5,000", "3.00/3.00", "0.0", "10,000", "5.00/5.00", "3.3"]
        #expect(text.split(separator: "\n").contains { $0.split(separator: " ").map(String.init) == cells })
    }
}
