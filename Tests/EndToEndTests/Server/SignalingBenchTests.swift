import Foundation
import Testing

extension EndToEnd {
    @Suite("Signaling is measured", .serialized)
    struct SignalingBenchTests {
        @Test("hosts that wait and meetings: none is lost, and a host takes at most 16 KiB")
        func waiting() throws {
            let row = try Self.row(["--sessions", "1200", "--meetings-per-second", "25", "--seconds", "2"])
            #expect(row["waiting_hosts"]?.number == 1_200)
            #expect(row["sessions"]?.number == 50)
            #expect(row["lost"]?.number == 0)
            #expect(row["hosts_lost"]?.number == 0)
            #expect(row["exchange_ms"]?["count"]?.number == 50)
            let bytes = try #require(row["resident_bytes_per_host"]?.number)
            #expect(bytes > 0 && bytes <= 16_384)
        }

        @Test("over TLS none is lost either, and a host takes at most 32 KiB, most of them the TLS library's")
        func secure() throws {
            let row = try Self.row(["--tls", "--sessions", "1000", "--meetings-per-second", "10", "--seconds", "2"])
            #expect(row["tls"]?.boolean == true && row["waiting_hosts"]?.number == 1_000)
            #expect(row["sessions"]?.number == 20)
            #expect(row["lost"]?.number == 0 && row["hosts_lost"]?.number == 0)
            let bytes = try #require(row["resident_bytes_per_host"]?.number)
            #expect(bytes > 0 && bytes <= 32_768)
        }

        @Test("sessions that come and go leave no descriptor behind")
        func churn() throws {
            let row = try Self.row(["--churn", "--meetings-per-second", "10", "--seconds", "4"])
            #expect(row["sessions"]?.number == 40)
            #expect(row["failed"]?.number == 0, "\(row["problem"]?.string ?? "")")
            #expect(row["packets"]?.number == 240)
            #expect(row["descriptors_last"]?.number == row["descriptors_first"]?.number)
        }

        private static func row(_ arguments: [String]) throws -> JSON {
            var row: JSON?
            try World.run { world in
                let file = world.file("results.json")
                let bench = try world.start(
                    "rdbench", try Tools.own("rdbench"),
                    ["--suite", "signaling", "--quiet", "--json", file, "--fixtures", Fixtures.folder] + arguments)
                #expect(try bench.waitForEnd(seconds: 180) == .exited(0), "\(bench.errors)")
                row = JSON(try String(contentsOfFile: file, encoding: .utf8))?["results"]?.elements.first
            }
            return try #require(row)
        }
    }
}
