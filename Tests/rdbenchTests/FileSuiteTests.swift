import Testing
import rdbench

@Suite("The files suite")
struct FileSuiteTests {
    private static func result(link: Double?, ours: Double, bare: Double) -> CaseResult {
        var result = CaseResult(suite: .files, name: "way", seed: 1)
        result.measures = [
            "file_bytes": .integer(2_000_000), "file_mbit_per_s": Distribution([ours]).json,
            "tcp_mbit_per_s": Distribution([bare]).json, "tcp_congestion_control": .string("cubic"),
            "cpu_s_per_gb": Distribution([7.5]).json,
        ]
        if let link { result.measures["link_mbit_per_s"] = .number(link) }
        return result
    }

    @Test("names a file that is slower than the link lets TCP be, and none over loopback")
    func misses() throws {
        #expect(FileTable([CaseResult(suite: .relay, name: "x", seed: 1)]).text == nil)
        for (link, ours, isMissed) in [(20.0, 17.0, false), (20, 15, true), (nil, 1, false)] {
            let text = try #require(FileTable([Self.result(link: link, ours: ours, bare: 18)]).text)
            #expect(text.contains("speed") == isMissed, "\(ours) Mbit/s")
            #expect(text.contains("cubic"))
        }
    }
}
