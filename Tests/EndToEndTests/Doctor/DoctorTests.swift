import Testing

extension EndToEnd {
    /// `rdpeer doctor` against a real server: on loopback, and behind real NATs of this kernel.
    @Suite("The doctor", .serialized)
    struct DoctorTests {
        private static let relayArguments = ["--port", "0", "--turn-port", "0"]

        @Test("finds everything working on one machine, in one object of JSON")
        func loopback() throws {
            try World.run { world in
                let server = try world.startServer(Self.relayArguments + ["--alternate-address", "127.0.0.2"])
                let doctor = try world.start(
                    "rdpeer doctor", try Tools.own("rdpeer"), ["doctor", "--server", server.url, "--json"])
                let found = try doctor.event("diagnosis")
                #expect(try doctor.waitForEnd() == .exited(0))
                #expect(doctor.lines.count == 1)
                #expect(found["verdict"]?.string == "direct" && found["network"]?.string == "open")
                #expect(found["server_is_local"]?.boolean == true)
                #expect(found["signaling"]?["works"]?.boolean == true)
                let udp = found["udp"]
                #expect(udp?["translated"]?.boolean == false && udp?["server_offers"]?.string == "two-addresses")
                #expect(udp?["mapping"]?.string == "endpoint-independent")
                #expect(udp?["filtering"]?.string == "endpoint-independent")
                let relays = found["relays"]?.elements ?? []
                #expect(relays.contains { $0["transport"]?.string == "udp" && $0["works"]?.boolean == true })
                #expect(relays.contains { $0["transport"]?.string == "tcp" && $0["works"]?.boolean == true })
                #expect(found["peers"]?["symmetric-random"]?.string == "direct")
            }
        }

        @Test("tries the relay over TLS, and names the certificate that it is not to trust", arguments: [true, false])
        func relayOverTLS(isTrusted: Bool) throws {
            try World.run { world in
                let (certificate, key) = try world.makeCertificate(for: "127.0.0.1")
                let server = try world.startServer(
                    Self.relayArguments + ["--tls-certificate", certificate, "--tls-key", key])
                let doctor = try world.start(
                    "rdpeer doctor", try Tools.own("rdpeer"),
                    ["doctor", "--server", server.url, "--json"]
                        + (isTrusted ? ["--server-certificate", certificate] : []))
                let found = try doctor.event("diagnosis")
                #expect(try doctor.waitForEnd() == .exited(isTrusted ? 0 : 1))
                let overTLS = (found["relays"]?.elements ?? []).filter { $0["transport"]?.string == "tls" }
                if isTrusted {
                    #expect(!overTLS.isEmpty && overTLS.allSatisfy { $0["works"]?.boolean == true })
                    #expect(overTLS.allSatisfy { $0["setup_ms"]?.number ?? 0 > 0 })
                } else {
                    // Without signaling nobody says where TURN over TLS is.
                    #expect(overTLS.isEmpty)
                    let detail = found["signaling"]?["detail"]?.string ?? ""
                    #expect(detail.contains("cannot trust 127.0.0.1"), "\(detail)")
                    Self.expectNoServer(found, advice: "--server-certificate")
                }
            }
        }

        /// Nothing is said of sessions that cannot begin, but what to do.
        private static func expectNoServer(_ found: JSON, advice: String) {
            #expect(found["verdict"]?.string == "no-server")
            #expect(found["peers"] == nil && found["network"] == nil)
            let words = (found["advice"]?.elements ?? []).compactMap(\.string)
            #expect(words.count == 1 && words[0].contains(advice), "\(words)")
        }

        @Test(
            "a server whose STUN and relay work and whose signaling is asked the wrong way is none",
            arguments: [true, false])
        func wrongScheme(hasCertificate: Bool) throws {
            try World.run { world in
                var arguments = Self.relayArguments
                if hasCertificate {
                    let (certificate, key) = try world.makeCertificate(for: "127.0.0.1")
                    arguments += ["--tls-certificate", certificate, "--tls-key", key]
                }
                let server = try world.startServer(arguments)
                let scheme = hasCertificate ? "ws" : "wss"
                let doctor = try world.start(
                    "rdpeer doctor", try Tools.own("rdpeer"),
                    ["doctor", "--server", "\(scheme)://127.0.0.1:\(server.signalingPort)/", "--json"])
                let found = try doctor.event("diagnosis")
                #expect(try doctor.waitForEnd() == .exited(1))
                Self.expectNoServer(found, advice: hasCertificate ? "wss://" : "ws://")
            }
        }

        @Test("says it in words")
        func words() throws {
            try World.run { world in
                let server = try world.startServer()
                let doctor = try world.start(
                    "rdpeer doctor", try Tools.own("rdpeer"), ["doctor", "--server", server.url])
                #expect(try doctor.waitForEnd() == .exited(0))
                let text = doctor.lines.joined(separator: "\n")
                for expected in [
                    "Your network", "Relay, UDP", "Relay, TCP", "In short:", "the server runs on this machine",
                ] {
                    #expect(text.contains(expected), "\(text)")
                }
            }
        }

        @Test("names a server that is not there, with exit status 1 and advice")
        func noServer() throws {
            try World.run { world in
                let server = try world.startServer()
                server.process.kill()
                let doctor = try world.start(
                    "rdpeer doctor", try Tools.own("rdpeer"), ["doctor", "--server", server.url, "--json"])
                let found = try doctor.event("diagnosis")
                #expect(try doctor.waitForEnd() == .exited(1))
                Self.expectNoServer(found, advice: "start rdserver there")
                let detail = found["signaling"]?["detail"]?.string ?? ""
                #expect(detail.contains("127.0.0.1:\(server.signalingPort)"), "\(detail)")
            }
        }

        @Test("a server on this machine is of use without a relay")
        func noRelay() throws {
            try World.run { world in
                let process = try world.start(
                    "rdserver", try Tools.own("rdserver"), ["--json", "--port", "0", "--no-relay"])
                let url = try process.text("url", of: "listening")
                let doctor = try world.start(
                    "rdpeer doctor", try Tools.own("rdpeer"), ["doctor", "--server", url, "--json"])
                let found = try doctor.event("diagnosis")
                #expect(try doctor.waitForEnd() == .exited(0))
                #expect(found["signaling"]?["works"]?.boolean == true && found["relays"]?.elements.isEmpty == true)
            }
        }

        /// A router that gives each destination a random port is met by one that it forwards.
        @Test(
            "finds a real router's forwarded port, and gives it back",
            .enabled(
                if: NetworkNamespace.canBeMade(with: ["ip", "ss", "nft", "miniupnpd", "openssl"]),
                "needs root, iproute2, nftables, openssl and miniupnpd-nftables"),
            arguments: MappingRouter.Method.allCases)
        func gateway(_ method: MappingRouter.Method) throws {
            try World.run { world in
                let router = try MappingRouter(method, world)
                let (server, certificate) = try router.startServer()
                let doctor = try router.start(
                    "rdpeer doctor", try Tools.own("rdpeer"),
                    ["doctor", "--server", server.url, "--server-certificate", certificate, "--json"], in: router.home)
                let found = try doctor.event("diagnosis")
                #expect(try doctor.waitForEnd() == .exited(0))
                let gateway = found["gateway"]
                let words: [MappingRouter.Method: String] = [.pcp: "PCP", .natPMP: "NAT-PMP", .upnp: "UPnP"]
                #expect(gateway?["maps"]?.boolean == true && gateway?["of_use"]?.boolean == true)
                #expect(gateway?["method"]?.string == words[method])
                #expect(gateway?["external"]?.string?.hasPrefix(MappingRouter.publicAddress + ":") == true)
                #expect(found["udp"]?["mapping"]?.string == "address-and-port-dependent")
                #expect(found["peers"]?["symmetric-random"]?.string == "direct")
                let transports = (found["relays"]?.elements ?? []).filter { $0["works"]?.boolean == true }
                #expect(Set(transports.compactMap { $0["transport"]?.string }) == ["udp", "tcp", "tls"])
                // The router may hear of it just after the doctor has ended.
                try TimeLimit.poll("the router to forward nothing") { try router.forwardedPorts().isEmpty ? true : nil }
            }
        }

        @Test("an alternate port that is taken is named", arguments: ["--alternate-port"])
        func busyAlternatePort(option: String) throws {
            try World.run { world in
                let first = try world.startServer()
                let second = try world.start(
                    "rdserver", try Tools.own("rdserver"), Self.relayArguments + [option, "\(first.relayPort)"])
                #expect(try second.waitForEnd() == .exited(2))
                #expect(second.errors.contains("\(first.relayPort)"), "\(second.errors)")
            }
        }

        /// What the doctor has to say of each router.
        struct Expectation: Sendable, CustomTestStringConvertible {
            var router: KernelNetwork.Router
            var network: String
            var status: Int32
            var mapping: String?
            var filtering: String?
            var ports: String?
            /// With a peer behind a home router, and behind random ports.
            var outcomes: (home: String, random: String)

            var testDescription: String { router.rawValue }
        }

        static let expectations = [
            Expectation(
                router: .open, network: "open", status: 0, mapping: "endpoint-independent",
                filtering: "endpoint-independent", ports: "preserving", outcomes: ("direct", "direct")),
            Expectation(
                router: .firewall, network: "firewalled", status: 0, mapping: "endpoint-independent",
                filtering: "address-and-port-dependent", ports: "preserving",
                outcomes: ("direct", "direct-by-many-sockets")),
            Expectation(
                router: .masquerade, network: "endpoint-independent", status: 0, mapping: "endpoint-independent",
                filtering: "address-and-port-dependent", ports: "preserving",
                outcomes: ("direct", "direct-by-many-sockets")),
            Expectation(
                router: .fullyRandom, network: "symmetric-random", status: 3, mapping: "address-and-port-dependent",
                filtering: "address-and-port-dependent", ports: "random",
                outcomes: ("direct-by-many-sockets", "relayed")),
            Expectation(
                router: .fullCone, network: "open", status: 0, mapping: "endpoint-independent",
                filtering: "endpoint-independent", ports: "preserving", outcomes: ("direct", "direct")),
            Expectation(
                router: .udpBlocked, network: "udp-blocked", status: 4, outcomes: ("relayed", "relayed")),
        ]

        @Test(
            "tells each router of this kernel for what it is",
            .enabled(if: KernelNetwork.isUsable, Comment(rawValue: KernelNetwork.reason)), arguments: expectations)
        func kernel(expected: Expectation) throws {
            try World.run { world in
                let network = try KernelNetwork(expected.router, world: world)
                let process = try network.startOutside(
                    "rdserver", try Tools.own("rdserver"),
                    [
                        "--json", "--listen", KernelNetwork.server, "--alternate-address", KernelNetwork.alternate,
                    ])
                let url = try process.text("url", of: "listening")
                let doctor = try network.startInside(
                    "rdpeer doctor", try Tools.own("rdpeer"),
                    ["doctor", "--server", url, "--json", "--no-port-mapping"])
                let found = try doctor.event("diagnosis")
                #expect(try doctor.waitForEnd() == .exited(expected.status))
                #expect(found["network"]?.string == expected.network)
                let udp = found["udp"]
                #expect(udp?["works"]?.boolean == (expected.mapping != nil))
                #expect(udp?["mapping"]?.string == expected.mapping)
                #expect(udp?["filtering"]?.string == expected.filtering)
                #expect(udp?["ports"]?.string == expected.ports)
                let isTranslated = ![.open, .firewall].contains(expected.router)
                if expected.mapping != nil { #expect(udp?["translated"]?.boolean == isTranslated) }
                let address = isTranslated ? KernelNetwork.router : KernelNetwork.inside
                if let mapped = udp?["mapped"]?.string { #expect(mapped.hasPrefix(address + ":"), "\(mapped)") }
                let relays = found["relays"]?.elements ?? []
                #expect(relays.contains { $0["transport"]?.string == "tcp" && $0["works"]?.boolean == true })
                #expect(
                    relays.contains { $0["transport"]?.string == "udp" && $0["works"]?.boolean == true }
                        == (expected.mapping != nil))
                #expect(found["peers"]?["endpoint-independent"]?.string == expected.outcomes.home)
                #expect(found["peers"]?["symmetric-random"]?.string == expected.outcomes.random)
            }
        }
    }
}
