import Foundation
import Testing

extension EndToEnd {
    /// What `rdbench` does with what it is told, whichever suites it runs.
    @Suite("The bench as a program")
    struct BenchTests {
        /// As short as a run can be.
        private static let short = ["--suite", "faults", "--sessions", "1", "--quiet", "--fixtures", Fixtures.folder]

        @Test("refuses a file that cannot be written before it measures", arguments: ["--json", "--html"])
        func unwritable(_ option: String) throws {
            try World.run { world in
                for path in [world.file("nowhere/results"), world.folder] {
                    let bench = try world.start(
                        "rdbench", try Tools.own("rdbench"),
                        ["--suite", "faults", "--sessions", "1000000", option, path, "--fixtures", Fixtures.folder])
                    #expect(try bench.waitForEnd() == .exited(64))
                    let errors = bench.errors
                    #expect(errors.contains("\(path) cannot be written"), "\(errors)")
                }
            }
        }

        @Test(
            "refuses what none of its suites would look at",
            arguments: [
                "--strategies=full", "--pairs=open", "--conditions=near", "--jobs=3", "--peers=beeline",
                "--workloads=idle", "--links=link", "--allocations=1", "--payloads=100", "--bursts=1",
                "--relay-threads=1", "--meetings-per-second=5", "--seconds=5", "--churn", "--tls", "--file-bytes=5",
                "--sensitivity",
            ])
        func unusedOption(_ option: String) throws {
            try World.run { world in
                let bench = try world.start("rdbench", try Tools.own("rdbench"), Self.short + [option])
                #expect(try bench.waitForEnd() == .exited(64))
                let (name, errors) = (option.prefix { $0 != "=" }, bench.errors)
                #expect(errors.contains("\(name) is of the "), "\(errors)")
            }
        }

        @Test("names every program that is missing, and writes what there is")
        func missingPrograms() throws {
            try World.run { world in
                let json = world.file("results.json")
                let bench = try world.start(
                    "rdbench", try Tools.own("rdbench"),
                    Self.short + [
                        "--suite", "vnc,relay", "--peers", "beeline,x11vnc-tight", "--links", "loopback", "--workloads",
                        "idle", "--json", json,
                    ], environment: ["PATH": world.file("nothing")])
                #expect(try bench.waitForEnd() == .exited(1))
                let report = JSON(try String(contentsOfFile: json, encoding: .utf8))
                #expect(report?["results"]?.elements.map { $0["suite"]?.string } == ["faults"])
                let failures = report?["failures"]?.elements.compactMap(\.string) ?? []
                #expect(failures.count == 3)
                for program in ["Xvfb", "x11vnc", "turnserver"] {
                    #expect(failures.contains { $0.contains("\(program) is not installed") }, "\(failures)")
                }
            }
        }

        @Test("writes its files though nobody reads what it prints")
        func closedPipe() throws {
            try World.run { world in
                let (json, html) = (world.file("results.json"), world.file("results.html"))
                // What it prints to is closed before it prints.
                let script = "exec 3>\"$1\"; shift; { \"$@\"; echo $? >&3; } | exec true"
                let bench = try world.start(
                    "rdbench", "/bin/sh",
                    ["-c", script, "sh", world.file("status"), try Tools.own("rdbench")] + Self.short
                        + ["--json", json, "--html", html])
                #expect(try bench.waitForEnd() == .exited(0), "\(bench.errors)")
                #expect(world.contents(of: "status") == "0\n")
                let report = JSON(try String(contentsOfFile: json, encoding: .utf8))
                #expect(report?["results"]?.elements.first?["suite"]?.string == "faults")
                #expect(world.contents(of: "results.html")?.hasSuffix("</html>\n") == true)
            }
        }

        @Test("leaves no file behind when a signal ends it, however busy it is", arguments: [SIGINT, SIGTERM])
        func signals(_ signal: Int32) throws {
            try World.run { world in
                try FileManager.default.createDirectory(
                    atPath: world.file("temporary"), withIntermediateDirectories: false)
                func files() throws -> [String] {
                    try FileManager.default.contentsOfDirectory(atPath: world.file("temporary"))
                }
                let bench = try world.start(
                    "rdbench", try Tools.own("rdbench"),
                    [
                        "--suite", "population", "--strategies", "full", "--sessions", "100000", "--fixtures",
                        Fixtures.folder,
                    ],
                    environment: ["TMPDIR": world.file("temporary")])
                // It tells of sessions once all its threads are at work.
                try TimeLimit.poll("a session", seconds: 60) { bench.errors.contains("population ") ? true : nil }
                #expect(try files().count == 1)
                bench.send(signal)
                #expect(try bench.waitForEnd() == .exited(128 + signal))
                #expect(try files() == [])
            }
        }
    }
}
