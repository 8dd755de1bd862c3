import Glibc
import Testing

extension EndToEnd {
    @Suite(
        "Two servers behind nginx", .serialized, .enabled(if: LoadBalancer.areToolsThere, "nginx is missing"))
    struct FleetTests {
        private static let ip = ["127.0.0.1", "127.0.0.2"]
        /// Each lands at either server by the flip of a coin.
        private static let mostHosts = 40

        /// Two servers that know nothing of each other, and where their rooms are.
        private final class Fleet {
            let world: World
            var servers: [Server] = []
            let door: Server
            private(set) var hosts: [ChildProcess] = []

            init(_ world: World) throws {
                self.world = world
                for number in 0..<2 {
                    servers.append(try world.startServer(try Fleet.arguments(number, world, ports: ("0", "0"))))
                }
                let nginx = try LoadBalancer(world, zip(FleetTests.ip, servers).map { "\($0):\($1.signalingPort)" })
                door = Server(nginx.process, at: nginx.url)
            }

            static func arguments(_ number: Int, _ world: World, ports: (String, String)) throws -> [String] {
                [
                    "--listen", FleetTests.ip[number], "--port", ports.0, "--turn-port", ports.1, "--trusted-proxy",
                    "127.0.0.1", "--name", "127.0.0.1", "--audit", world.file("audit-\(number).jsonl"),
                ]
            }

            /// Starts hosts until one waits at this server.
            func host(at number: Int, _ arguments: [String]) throws -> (process: ChildProcess, code: String) {
                while hosts.count < FleetTests.mostHosts {
                    let process = try world.startHost(door, ["--screen", "test:160x120"] + arguments)
                    hosts.append(process)
                    let code = try process.code(number: 0)
                    if try place(of: code) == number { return (process, code) }
                    process.send(SIGTERM)
                }
                throw Failure("of \(hosts.count) hosts none came to server \(number)")
            }

            /// The server at which the code's room was opened last.
            private func place(of code: String) throws -> Int {
                let room = "room \(code.prefix { $0 != "-" })"
                return try TimeLimit.poll("\(room) in an audit trail") {
                    (0..<2).first { opened(room, at: $0) > 0 }
                }
            }

            func opened(_ code: String, at number: Int) -> Int {
                let room = code.hasPrefix("room ") ? code : "room \(code.prefix { $0 != "-" })"
                let lines = world.contents(of: "audit-\(number).jsonl")?.split(separator: "\n") ?? []
                return lines.compactMap { JSON(String($0)) }.filter {
                    $0["event"]?.string == "opened" && $0["venue"]?.string == room
                }.count
            }
        }

        @Test("sessions meet at both; when one is killed, direct ones go on, relayed ones and hosts go to the other")
        func death() throws {
            try World.run { world in
                let fleet = try Fleet(world)
                let other = try fleet.host(at: 1, [])
                let direct = try fleet.host(at: 0, ["--once"])
                let relayed = try fleet.host(at: 0, ["--relay", "only", "--once"])
                let (waiting, parked) = (try fleet.host(at: 0, []), try fleet.host(at: 0, []))

                let views = [
                    try world.startViewer(direct.code, fleet.door, ["--duration", "600"]),
                    try world.startViewer(relayed.code, fleet.door, ["--relay", "only", "--duration", "600"]),
                ]
                for view in views { try view.event("first_frame") }
                for process in [direct.process, views[0]] { try process.waitForPath("direct") }
                try checkMeeting(other.code, fleet)

                let (directMarks, relayedMarks) = (
                    [direct.process, views[0]].map { ($0, $0.mark) },
                    [relayed.process, views[1]].map { ($0, $0.mark) }
                )
                fleet.servers[0].process.kill()
                // The relayed session meets at the other server, and goes through its relay.
                for (process, mark) in relayedMarks {
                    try process.event("signaling_lost", from: mark)
                    try process.event("signaling_restored", from: mark)
                    try process.event("path", from: mark, seconds: 60) { event in
                        event["path"]?.string == "relayed"
                            && [event["local"]?.string, event["remote"]?.string].contains {
                                $0?.contains(Self.ip[1]) == true
                            }
                    }
                }
                // The direct one did not notice.
                for (process, mark) in directMarks {
                    #expect(process.events("path_lost", from: mark).isEmpty, "\(process.lines)")
                    #expect(process.events("ended").isEmpty)
                }
                // The hosts that waited do so at the other one, under the codes that they told.
                for host in [waiting, parked] {
                    try TimeLimit.poll("the host has come back", seconds: 60) {
                        fleet.opened(host.code, at: 1) > 0 ? true : nil
                    }
                    #expect(host.process.events("code").count == 1)
                }
                try checkMeeting(waiting.code, fleet)
                try checkMeeting(try fleet.host(at: 1, []).code, fleet)

                // The first server is back, and is asked first for rooms that it had; their hosts are with the other.
                let ports = ("\(fleet.servers[0].signalingPort)", "\(fleet.servers[0].relayPort)")
                fleet.servers[0] = try world.startServer(try Fleet.arguments(0, world, ports: ports))
                try checkMeeting(parked.code, fleet)
                // The viewers' goodbyes arrive by the paths that the sessions have now.
                for view in views {
                    view.send(SIGTERM)
                    #expect(try view.waitForEnd() == .exited(0))
                }
                for (process, path) in [(direct.process, "direct"), (relayed.process, "relayed")] {
                    #expect(try process.waitForEnd() == .exited(0))
                    let ended = try process.event("ended")
                    #expect(ended["reason"]?.string == "closed-by-peer" && ended["path"]?.string == path, "\(ended)")
                }
            }
        }

        @Test("a host by its key is found, and proves itself in the name that peers use")
        func identity() throws {
            try World.run { world in
                let fleet = try Fleet(world)
                let viewerKey = try world.identity(home: "viewer-home")
                let hostKey = try world.identity(home: "home")
                try world.write("\(viewerKey)\n", to: "authorized_keys")
                let host = try world.startHost(
                    fleet.door,
                    ["--screen", "test:160x120", "--unattended", "--authorized-keys", world.file("authorized_keys")])
                try host.event("waiting")
                let viewer = try world.startViewer(hostKey, fleet.door, ["--duration", "600"])
                try viewer.event("first_frame")
                viewer.send(SIGTERM)
                #expect(try viewer.waitForEnd() == .exited(0))
            }
        }

        @Test("a number that nobody has is refused at once, and limits are those of who asks")
        func unknown() throws {
            try World.run { world in
                let fleet = try Fleet(world)
                let viewer = try world.startViewer("99999-crossover-clockwork", fleet.door, ["--duration", "600"])
                #expect(try viewer.waitForEnd(seconds: 30) == .exited(1))
                #expect(try viewer.event("ended")["detail"]?.string == "no-such-room", "\(viewer.lines)")
            }
        }

        /// A viewer comes and sees a picture.
        private func checkMeeting(_ code: String, _ fleet: Fleet) throws {
            let viewer = try fleet.world.startViewer(code, fleet.door, ["--duration", "600"])
            try viewer.event("first_frame")
            viewer.send(SIGTERM)
            #expect(try viewer.waitForEnd() == .exited(0))
        }
    }
}
