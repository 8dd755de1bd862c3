import Foundation
import Testing

extension EndToEnd {
    @Suite("Files are measured", .enabled(if: Laboratory.isUsable, Laboratory.needs))
    struct FileBenchTests {
        @Test("over a link with delay, which the program builds, and over loopback")
        func ways() throws {
            try World.run { world in
                let file = world.file("results.json")
                let bench = try world.start(
                    "rdbench", try Tools.own("rdbench"),
                    [
                        "--suite", "files", "--sessions", "1", "--file-bytes", "500000", "--quiet", "--json", file,
                        "--fixtures", Fixtures.folder,
                    ])
                #expect(try bench.waitForEnd(seconds: 180) == .exited(0), "\(bench.errors)")
                let rows = try #require(JSON(try String(contentsOfFile: file, encoding: .utf8))?["results"]).elements
                #expect(rows.map { $0["case"]?.string } == ["file-40ms", "file-40ms-loss-1%", "file-loopback"])
                for row in rows {
                    #expect(row["file_bytes"]?.number == 500_000 && row["sessions"]?.number == 1)
                    #expect(row["file_mbit_per_s"]?["p50"]?.number ?? 0 > 0)
                }
            }
        }
    }
}
