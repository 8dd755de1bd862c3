import Foundation
import Testing

extension EndToEnd {
    @Suite(
        "Views are measured", .serialized,
        .enabled(
            if: Tools.areUsable(["Xvfb", "xterm", "X0tigervnc"]),
            "Xvfb, xterm or X0tigervnc (tigervnc-scraping-server) is missing"))
    struct ViewBenchTests {
        @Test("one peer and one workload, from the drawing to the row", arguments: ["beeline", "x0vncserver-tight"])
        func oneRow(_ peer: String) throws {
            try World.run { world in
                let file = world.file("results.json")
                let bench = try world.start(
                    "rdbench", try Tools.own("rdbench"),
                    [
                        "--suite", "vnc", "--links", "loopback", "--peers", peer, "--workloads", "terminal,keys",
                        "--sessions", "5", "--quiet", "--json", file, "--fixtures", Fixtures.folder,
                    ])
                #expect(try bench.waitForEnd(seconds: 120) == .exited(0), "\(bench.errors)")
                let rows = try #require(JSON(try String(contentsOfFile: file, encoding: .utf8))?["results"]).elements
                #expect(
                    rows.map { $0["case"]?.string } == ["terminal loopback", "keys loopback", "keys-video loopback"])
                // Rows name whose they are where they are not ours.
                let other = peer == "beeline" ? nil : peer
                #expect(rows.allSatisfy { $0["suite"]?.string == "vnc" && $0["peer"]?.string == other })
                for name in ["bytes_per_screenful", "cpu_ms_per_screenful", "frames_per_s"] {
                    #expect(rows[0][name]?.number ?? 0 > 0, "\(name)")
                }
                for row in rows.dropFirst() {
                    #expect(row["key_ms"]?["count"]?.number == 5)
                    #expect(row["key_ms"]?["p50"]?.number ?? 0 > 0)
                }
            }
        }
    }
}
