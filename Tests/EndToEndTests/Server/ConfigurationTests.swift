import Foundation
import Testing

extension EndToEnd {
    @Suite("What a server is told", .serialized)
    struct ConfigurationTests {
        private func settings(
            _ arguments: [String], environment: [String: String] = [:], world: World
        ) throws -> [String: JSON] {
            let process = try world.start(
                "rdserver run --print-config", try Tools.own("rdserver"),
                ["run", "--print-config", "--json"] + arguments,
                environment: environment)
            #expect(try process.waitForEnd() == .exited(0))
            let rows = JSON(process.lines.joined())?["settings"]?.elements ?? []
            let named = rows.compactMap { row in row["setting"]?.string.map { ($0, row) } }
            return Dictionary(named) { first, _ in first }
        }

        @Test("a flag wins over the environment, that over the file, that over what is usual; and each says so")
        func precedence() throws {
            try World.run { world in
                let file = world.file("server.json")
                try world.write(
                    #"{"port": 1, "turn-port": 2, "name": "file.example", "allow-peers": ["10.0.0.0/8", "fd00::/8"]}"#,
                    to: "server.json")
                let environment = ["BEELINE_PORT": "3", "BEELINE_TURN_PORT": "4", "BEELINE_RELAY": "false"]
                let rows = try settings(["--port", "5", "--config", file], environment: environment, world: world)
                func check(_ name: String, _ value: String, _ source: String) {
                    #expect(rows[name]?["value"]?.string == value, "\(name)")
                    #expect(rows[name]?["source"]?.string == source, "\(name)")
                }
                check("port", "5", "flag")
                check("turn-port", "4", "environment")
                check("relay", "false", "environment")
                check("name", "file.example", file)
                check("allow-peers", "10.0.0.0/8,fd00::/8", file)
                check("listen", "127.0.0.1", "default")
            }
        }

        @Test("every setting has a flag, a variable and a name in the file, and no secret is shown")
        func names() throws {
            try World.run { world in
                let usual = try settings([], world: world)
                #expect(usual.count > 25)
                let help = try world.start("rdserver --help", try Tools.own("rdserver"), ["run", "--help"])
                #expect(try help.waitForEnd() == .exited(0))
                let words = Set(help.lines.joined(separator: " ").split { " /,[]()".contains($0) }.map(String.init))
                for (name, row) in usual.sorted(by: { $0.key < $1.key }) where name != "json" {
                    if name != "secret" { #expect(words.contains("--\(name)"), "\(name)") }
                    let value = try Self.another(than: row)
                    let variable = "BEELINE_" + name.uppercased().split(separator: "-").joined(separator: "_")
                    let byVariable = try settings([], environment: [variable: value], world: world)[name]
                    #expect(byVariable?["source"]?.string == "environment", "\(name)")
                    #expect(byVariable?["value"]?.string == (name == "secret" ? "***" : value), "\(name)")
                    let isBare = Int(value) != nil || ["true", "false"].contains(value)
                    let isList = ["allow-peers", "trusted-proxy", "relay-server"].contains(name)
                    let text = isList ? "[\"\(value)\"]" : isBare ? value : "\"\(value)\""
                    try world.write("{\"\(name)\": \(text)}", to: "one.json")
                    let byFile = try settings(["--config", world.file("one.json")], world: world)[name]
                    #expect(byFile?["source"]?.string == world.file("one.json"), "\(name)")
                    #expect(byFile?["value"]?.string == (name == "secret" ? "***" : value), "\(name)")
                }
            }
        }

        /// A value of the same kind that is not the usual one.
        private static func another(than row: JSON) throws -> String {
            switch row["value"]?.string {
            case "true"?: "false"
            case "false"?: "true"
            case let text? where Int(text) != nil: "17"
            default:
                ["turn-tcp-port", "turn-tls-port", "alternate-port"].contains(row["setting"]?.string)
                    ? "17" : "another-text-of-some-length"
            }
        }

        @Test(
            "what cannot be used is named where it was set, with exit status 64",
            arguments: [
                (#"{"Turn_Port": 1}"#, [], [:], [#"Did you mean "turn-port"?"#]),
                (#"{"port": "many"}"#, [], [:], [#""port" in "#, "whole number from 0 to 65535"]),
                (#"{"port": 1"#, [], [:], ["cannot be used"]),
                (#"["port"]"#, [], [:], ["no JSON object"]),
                ("{}", ["--port", "70000"], [:], ["--port wants a whole number"]),
                ("{}", [], ["BEELINE_LISTEN": "here"], ["BEELINE_LISTEN wants an IP address, not 'here'"]),
                ("{}", ["--relay-ports", "9-1"], [:], ["--relay-ports wants two ports"]),
                ("{}", ["--tls-key", "k"], [:], ["--tls-key needs --tls-certificate"]),
                (
                    "{}", ["--allow-peers", "x"], ["BEELINE_AUDIT_SIZE": "big"],
                    ["--allow-peers", "BEELINE_AUDIT_SIZE"]
                ),
                ("{}", ["--log-level", "loud"], [:], ["--log-level is trace"]),
                ("{}", ["--secret-file", "f"], ["BEELINE_SECRET": "s"], ["BEELINE_SECRET and --secret-file"]),
                ("{}", ["--admin", "8480"], [:], ["--admin wants an IP address and a port"]),
            ] as [(String, [String], [String: String], [String])])
        func faults(file: String, arguments: [String], environment: [String: String], words: [String]) throws {
            try World.run { world in
                try world.write(file, to: "server.json")
                let process = try world.start(
                    "rdserver", try Tools.own("rdserver"), ["--config", world.file("server.json")] + arguments,
                    environment: environment)
                #expect(try process.waitForEnd() == .exited(64))
                for word in words { #expect(process.errors.contains(word), "\(process.errors)") }
                #expect(process.lines.isEmpty)
            }
        }

        @Test("a variable that is no setting is told of")
        func unknownVariable() throws {
            try World.run { world in
                let server = try world.start(
                    "rdserver", try Tools.own("rdserver"), ["--json", "--port", "0", "--no-relay"],
                    environment: ["BEELINE_TURN_PROT": "3"])
                try server.event("listening")
                #expect(server.errors.contains("BEELINE_TURN_PROT"), "\(server.errors)")
            }
        }

        @Test("a file alone runs a server, and log lines are JSON where they are to be")
        func run() throws {
            try World.run { world in
                try world.write(
                    #"{"port": 0, "turn-port": 0, "log-format": "json", "log-level": "debug", "drain-seconds": 0,"#
                        + #" "secret": "a-secret-that-nobody-may-see"}"#, to: "server.json")
                let server = try world.startServer(["--config", world.file("server.json")])
                server.process.send(SIGTERM)
                #expect(try server.process.waitForEnd() == .exited(0))
                let lines = server.process.errors.split(separator: "\n").map { JSON(String($0)) }
                #expect(lines.allSatisfy { $0?["time"] != nil && $0?["level"] != nil && $0?["label"] != nil })
                for message in ["listening", "draining", "stopped"] {
                    #expect(lines.contains { $0?["message"]?.string == message }, "\(server.process.errors)")
                }
                #expect(!server.process.errors.contains("a-secret"))
            }
        }
    }
}
