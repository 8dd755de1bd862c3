import Testing
import rdbench

@Suite("The page")
struct HTMLPageTests {
    private static func page(_ suite: Suite, _ measures: [String: JSONValue]) -> String {
        var result = CaseResult(suite: suite, name: "a<b", seed: 1)
        result.measures = measures
        var report = Report(seed: 1)
        report.results = [result]
        return HTMLPage(report).text
    }

    @Test(
        "has the figures of each suite",
        arguments: [
            (.population, "frames"), (.handshake, "cpu_us_per_handshake"), (.transport, "udp_echo_rtt_ms"),
            (.vnc, "key_ms"), (.relay, "cpu_us_per_packet"), (.signaling, "exchange_ms"), (.files, "file_bytes"),
        ] as [(Suite, String)])
    func figures(_ suite: Suite, _ measure: String) {
        let page = Self.page(suite, [measure: Distribution([1.5]).json])
        #expect(page.contains("a&lt;b"))
        #expect(!page.contains("a<b"))
    }

    @Test("has the figures of suites that name their rows otherwise") func otherNames() {
        let frames = Self.page(.ttff, ["strategy": .string("s<t"), "path_rtt_ms": .number(45)])
        #expect(frames.contains("s&lt;t"))
        let streams = Self.page(.transport, ["controller": .string("ours"), "link_mbit_per_s": .number(345)])
        #expect(streams.contains("345 Mbit/s"))
        let keys = Self.page(.transport, ["missed_keys": .integer(0)])
        #expect(keys.contains("key to pixel"))
        #expect(Self.page(.faults, ["failed_sessions": .integer(678)]).contains("678"))
    }

    @Test("says what failed") func failures() {
        var report = Report(seed: 1)
        #expect(!HTMLPage(report).text.contains("What failed"))
        report.failures = ["relay: coturn <is> not installed"]
        let page = HTMLPage(report).text
        #expect(page.contains("What failed") && page.contains("relay: coturn &lt;is&gt; not installed"))
    }
}
