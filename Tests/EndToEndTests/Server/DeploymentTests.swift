import Foundation
import Testing

extension EndToEnd {
    @Suite("The files that put a server into service", .serialized)
    struct DeploymentTests {
        private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()

        private static func repositoryText(_ path: String) throws -> String {
            try String(contentsOf: root.appending(path: path), encoding: .utf8)
        }

        private static func text(_ name: String) throws -> String {
            try repositoryText("Sources/rdserver/Deployment/\(name)")
        }

        /// What the program itself makes of a command line.
        private func settings(_ arguments: [String], _ world: World) throws -> JSON? {
            let process = try world.start(
                "rdserver", try Tools.own("rdserver"), arguments + ["--print-config", "--json"])
            #expect(try process.waitForEnd() == .exited(0), "\(arguments): \(process.errors)")
            return JSON(process.lines.joined())
        }

        @Test("the unit's commands are ones that the program takes")
        func unit() throws {
            try World.run { world in
                let unit = try Self.text("rdserver.service")
                try world.write(try Self.text("rdserver.json"), to: "rdserver.json")
                let commands = unit.split(separator: "\n").filter { $0.hasPrefix("ExecStart") }
                #expect(commands.count == 2)
                for command in commands {
                    let words = command.split(separator: "=", maxSplits: 1)[1].split(separator: " ").map(String.init)
                    #expect(words[0] == "/usr/local/bin/rdserver")
                    let arguments = words.dropFirst().map {
                        $0.replacingOccurrences(of: "/etc/beeline", with: world.folder)
                    }
                    if arguments[0] == "check" {
                        let check = try world.start("rdserver", try Tools.own("rdserver"), arguments + ["--json"])
                        _ = try check.waitForEnd()
                        #expect(JSON(check.lines.joined())?["findings"] != nil, "\(check.errors)")
                    } else {
                        let settings = try settings(arguments, world)
                        #expect(settings?["faults"]?.elements == [])
                    }
                }
                // systemd must wait longer than the server drains.
                let drain = try #require(unit.firstMatch(of: /--drain-seconds ([0-9]+)/)?.1)
                let wait = try #require(unit.firstMatch(of: /TimeoutStopSec=([0-9]+)/)?.1)
                #expect(try #require(Int(wait)) > (try #require(Int(drain))))
                for line in [
                    "DynamicUser=yes", "ProtectSystem=strict", "CapabilityBoundingSet=CAP_NET_BIND_SERVICE",
                    "NoNewPrivileges=yes", "Type=notify",
                ] { #expect(unit.contains("\n\(line)\n"), "\(line)") }
            }
        }

        @Test(
            "systemd takes the unit, and finds it little exposed",
            .enabled(if: Tools.areUsable(["systemd-analyze"]), "systemd-analyze is missing"))
        func systemd() throws {
            try World.run { world in
                // The program is not installed where the unit expects it.
                let own = try Tools.own("rdserver")
                let unit = try Self.text("rdserver.service")
                    .replacingOccurrences(of: "/usr/local/bin/rdserver", with: own)
                    .replacingOccurrences(of: "Documentation=file:", with: "# Documentation=file:")
                try world.write(unit, to: "rdserver.service")
                let analyze = try Tools.other("systemd-analyze")
                let verify = try world.start(
                    "systemd-analyze verify", analyze,
                    ["verify", "--recursive-errors=no", world.file("rdserver.service")])
                #expect(try verify.waitForEnd(seconds: 60) == .exited(0), "\(verify.errors)")
                let complaints = verify.errors.split(separator: "\n").filter { $0.contains("rdserver.service") }
                #expect(complaints.isEmpty, "\(complaints)")
                // In tenths: below 2.0 of 10.
                let security = try world.start(
                    "systemd-analyze security", analyze,
                    ["security", "--offline=true", "--threshold=20", world.file("rdserver.service")])
                #expect(try security.waitForEnd(seconds: 60) == .exited(0), "\(security.lines.suffix(3))")
            }
        }

        @Test("the container's command is one that the program takes, and its ports are those of the server")
        func container() throws {
            try World.run { world in
                let file = try Self.text("Containerfile")
                let line = try #require(file.split(separator: "\n").first { $0.hasPrefix("CMD ") })
                let words = (JSON(String(line.dropFirst(4)))?.elements ?? []).compactMap(\.string)
                #expect(words.first == "run")
                let settings = try settings(words, world)
                #expect(settings?["faults"]?.elements == [])
                let rows = settings?["settings"]?.elements ?? []
                let exposed = try #require(file.split(separator: "\n").first { $0.hasPrefix("EXPOSE ") })
                for (name, kinds) in [("port", ["tcp"]), ("turn-port", ["tcp", "udp"]), ("relay-ports", ["udp"])] {
                    let value = try #require(rows.first { $0["setting"]?.string == name }?["value"]?.string)
                    for kind in kinds { #expect(exposed.contains(" \(value)/\(kind)"), "\(name)") }
                }
                // A fresh clone has what is copied.
                let ignored = try Self.repositoryText(".gitignore").split(separator: "\n").map(String.init)
                for line in file.split(separator: "\n") where line.hasPrefix("COPY ") && !line.contains("--from") {
                    for source in line.split(separator: " ").dropFirst().dropLast().map(String.init) {
                        #expect(
                            FileManager.default.fileExists(atPath: Self.root.appending(path: source).path), "\(source)")
                        #expect(!ignored.contains(source), "\(source)")
                    }
                }
                for name in file.matches(of: /BEELINE_([A-Z_]+)/).map({ $0.1.lowercased().replacing("_", with: "-") }) {
                    #expect(rows.contains { $0["setting"]?.string == name }, "\(name)")
                }
            }
        }

        @Test("a service manager hears when the server is ready, and when it stops", arguments: ["/", "@"])
        func notification(kind: String) throws {
            try World.run { world in
                let listener = try NotificationSocket(
                    kind == "/" ? world.file("notify") : "@beeline-\(getpid())-\(world.folder.suffix(6))")
                let process = try world.start(
                    "rdserver", try Tools.own("rdserver"), ["--json", "--port", "0", "--turn-port", "0"],
                    environment: ["NOTIFY_SOCKET": listener.name])
                #expect(try listener.next().hasPrefix("READY=1\nSTATUS=Serving ws://127.0.0.1:"))
                process.send(SIGTERM)
                #expect(try listener.next().hasPrefix("STOPPING=1\n"))
                #expect(try process.waitForEnd() == .exited(0))
            }
        }
    }
}
