import Foundation
import Testing

extension EndToEnd {
    @Suite("rdserver check", .serialized)
    struct CheckTests {
        private func check(_ arguments: [String], world: World, environment: [String: String] = [:]) throws -> (
            status: ExitStatus, findings: [JSON]
        ) {
            let process = try world.start(
                "rdserver check", try Tools.own("rdserver"), ["check", "--json"] + arguments, environment: environment)
            let status = try process.waitForEnd()
            return (status, JSON(process.lines.joined())?["findings"]?.elements ?? [])
        }

        private func texts(_ findings: [JSON], _ kind: String, about: String) -> String {
            findings.filter { $0["kind"]?.string == kind && $0["about"]?.string == about }
                .compactMap { $0["text"]?.string }.joined(separator: " ")
        }

        @Test("what works is said to, and nothing is started")
        func works() throws {
            try World.run { world in
                let (certificate, key) = try world.makeCertificate(for: "127.0.0.1")
                try world.write("a-secret-of-many-characters\n", to: "secret")
                chmod(world.file("secret"), 0o600)
                let arguments = [
                    "--port", "0", "--turn-port", "0", "--turn-tls-port", "0", "--tls-certificate", certificate,
                    "--tls-key", key, "--secret-file", world.file("secret"), "--audit", world.file("audit.jsonl"),
                    "--public-address", "127.0.0.1", "--admin", "127.0.0.1:0",
                ]
                let (status, findings) = try check(arguments, world: world)
                #expect(status == .exited(0))
                #expect(!findings.contains { $0["kind"]?.string == "error" }, "\(findings)")
                #expect(texts(findings, "ok", about: "tls-certificate").contains("valid until"), "\(findings)")
                for about in ["settings", "secret-file", "audit"] {
                    #expect(!texts(findings, "ok", about: about).isEmpty, "\(about): \(findings)")
                }
                #expect(world.contents(of: "audit.jsonl") == nil)
            }
        }

        @Test("ports that are taken, addresses of others, and folders that are not there are named")
        func errors() throws {
            try World.run { world in
                let server = try world.startServer(["--port", "0", "--turn-port", "0", "--admin", "127.0.0.1:0"])
                let adminPort = try #require(server.admin?.port)
                let taken = try check(
                    [
                        "--port", "\(server.signalingPort)", "--turn-port", "\(server.relayPort)", "--admin",
                        "127.0.0.1:\(adminPort)", "--audit", world.file("nowhere/audit.jsonl"), "--secret-file",
                        world.file("no-secret"),
                    ], world: world, environment: ["BEELINE_PROT": "1"])
                #expect(taken.status == .exited(2))
                for about in ["port", "turn-port", "admin"] {
                    #expect(texts(taken.findings, "error", about: about).contains("in use"), "\(taken.findings)")
                }
                #expect(texts(taken.findings, "error", about: "turn-port").contains("UDP"))
                #expect(texts(taken.findings, "error", about: "audit").contains("No such file"))
                #expect(texts(taken.findings, "error", about: "secret-file").contains("cannot be read"))
                #expect(texts(taken.findings, "warning", about: "environment").contains("BEELINE_PROT"))

                let foreign = try check(["--listen", "192.0.2.77"], world: world)
                #expect(foreign.status == .exited(2))
                #expect(texts(foreign.findings, "error", about: "listen").contains("no address of this machine"))

                let wrong = try check(["--port", "70000", "--listen", "x"], world: world)
                #expect(wrong.status == .exited(2))
                let words = texts(wrong.findings, "error", about: "settings")
                #expect(words.contains("--port") && words.contains("--listen"), "\(words)")
            }
        }

        @Test("two settings that want one port are found, and `run` names the one that it cannot listen for")
        func samePort() throws {
            try World.run { world in
                // Ports that are free now: the kernel's choice.
                let server = try world.startServer()
                let (port, relay) = (server.signalingPort, server.relayPort)
                server.process.send(SIGTERM)
                _ = try server.process.waitForEnd()
                for (setting, arguments) in [
                    ("turn-tcp-port", ["--turn-tcp-port", "\(port)"]), ("admin", ["--admin", "127.0.0.1:\(port)"]),
                    ("alternate-port", ["--alternate-port", "\(relay)"]),
                ] {
                    let (status, findings) = try check(
                        ["--port", "\(port)", "--turn-port", "\(relay)"] + arguments, world: world)
                    #expect(status == .exited(2))
                    let words = texts(findings, "error", about: setting)
                    #expect(
                        words.contains(setting == "alternate-port" ? "--turn-port takes" : "--port takes"), "\(words)")
                }
                let other = try world.startServer()
                for (setting, arguments) in [
                    ("--turn-port", ["--port", "0", "--turn-port", "\(other.relayPort)"]),
                    ("--port", ["--port", "\(other.signalingPort)", "--turn-port", "0"]),
                ] {
                    let second = try world.start("rdserver", try Tools.own("rdserver"), arguments)
                    #expect(try second.waitForEnd() == .exited(2))
                    #expect(second.errors.contains("rdserver: \(setting): "), "\(second.errors)")
                    #expect(second.errors.contains("Is a server running already?"), "\(second.errors)")
                }
            }
        }

        @Test("a server that listens on all addresses shows one of them, or the public one; a check says so")
        func allAddresses() throws {
            try World.run { world in
                let arguments = ["--listen", "0.0.0.0", "--port", "0", "--no-relay"]
                let server = try world.startServer(arguments)
                #expect(!server.url.contains("0.0.0.0") && server.url.hasPrefix("ws://"), "\(server.url)")
                let known = try world.startServer(arguments + ["--public-address", "203.0.113.7"])
                #expect(known.url == "ws://203.0.113.7:\(known.signalingPort)/")
                #expect(try texts(check(arguments, world: world).findings, "warning", about: "name").contains("--name"))
                let named = try check(arguments + ["--name", "beeline.example"], world: world)
                #expect(texts(named.findings, "warning", about: "name").isEmpty)
            }
        }

        @Test("a certificate of another key, or for another name, or that ends soon is found")
        func certificates() throws {
            try World.run { world in
                let (certificate, key) = try world.makeCertificate(for: "127.0.0.1")
                let openssl = try world.start(
                    "openssl", try Tools.other("openssl"),
                    [
                        "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "3", "-subj", "/CN=x", "-addext",
                        "subjectAltName=DNS:*.beeline.example,IP:2001:db8::1", "-keyout", world.file("other.key"),
                        "-out",
                        world.file("other.pem"),
                    ])
                #expect(try openssl.waitForEnd() == .exited(0))
                let ports = ["--port", "0", "--turn-port", "0", "--turn-tls-port", "0"]
                func check(_ certificate: String, _ key: String, _ rest: [String]) throws -> (
                    status: ExitStatus, findings: [JSON]
                ) {
                    try self.check(
                        ports + ["--tls-certificate", certificate, "--tls-key", key] + rest, world: world)
                }
                let mixed = try check(certificate, world.file("other.key"), [])
                #expect(mixed.status == .exited(2))
                #expect(
                    texts(mixed.findings, "error", about: "tls-certificate").contains("is not that of the certificate"))
                let soon = try check(world.file("other.pem"), world.file("other.key"), ["--name", "a.beeline.example"])
                #expect(soon.status == .exited(0))
                #expect(texts(soon.findings, "warning", about: "tls-certificate").contains("The certificate ends in"))
                #expect(texts(soon.findings, "warning", about: "name").isEmpty, "\(soon.findings)")
                let named = try check(certificate, key, ["--name", "elsewhere.example"])
                #expect(named.status == .exited(0))
                #expect(texts(named.findings, "warning", about: "name").contains("is for 127.0.0.1"))
                let missing = try check(world.file("none.pem"), key, [])
                #expect(missing.status == .exited(2))
                #expect(texts(missing.findings, "error", about: "tls-certificate").contains("cannot be read"))
            }
        }

        @Test("addresses where some peers, or all, find no STUN and TURN are named")
        func reach() throws {
            try World.run { world in
                let ports = ["--port", "0", "--turn-port", "0"]
                let both = try check(ports + ["--listen", "::"], world: world)
                #expect(texts(both.findings, "warning", about: "listen").contains("IPv6 peers only"), "\(both)")
                let bare = try check(ports + ["--listen", "::", "--no-relay"], world: world)
                #expect(texts(bare.findings, "warning", about: "listen").isEmpty, "\(bare)")
                let proxied = ports + ["--listen", "0.0.0.0", "--trusted-proxy", "10.0.0.0/8"]
                let silent = try check(proxied, world: world)
                #expect(texts(silent.findings, "error", about: "public-address").isEmpty, "\(silent)")
                #expect(texts(silent.findings, "warning", about: "public-address").contains("proxy"), "\(silent)")
                let near = ports + ["--listen", "0.0.0.0", "--trusted-proxy", "127.0.0.1"]
                for fine in [proxied + ["--public-address", "192.0.2.1"], proxied + ["--no-relay"], near] {
                    let result = try check(fine, world: world)
                    #expect(!texts(result.findings, "warning", about: "public-address").contains("proxy"), "\(result)")
                }
            }
        }

        @Test("for people each finding is a line")
        func lines() throws {
            try World.run { world in
                let process = try world.start(
                    "rdserver check", try Tools.own("rdserver"), ["check", "--port", "0", "--turn-port", "0"])
                #expect(try process.waitForEnd() == .exited(0))
                #expect(process.lines.contains { $0.hasPrefix("warning listen: Only peers on this machine") })
            }
        }
    }
}
