import Glibc
import Testing

extension EndToEnd {
    @Suite("A whole session", .serialized)
    struct SessionTests {
        /// What `ended` says of a session, by both sides.
        static let figures: Set<String> = [
            "event", "reason", "path", "local", "remote", "relayed", "rtt_ms", "setup_ms", "ttff_ms", "sharp_ms",
            "duration_ms", "bytes_sent", "bytes_received",
        ]

        @Test("host and viewer tell it in JSON lines, and the picture is exact")
        func wholeSession() throws {
            try World.run { world in
                let server = try world.startServer()
                #expect(server.process.lines.count == 1)
                let listening = try server.process.event("listening")
                #expect(listening.names.isSuperset(of: ["url", "stun", "turn"]))
                let host = try world.startHost(server, ["--screen", "test:640x480", "--once"])
                let code = try host.text("code", of: "code")
                let viewer = try world.startViewer(
                    code, server, ["--snapshot", world.file("seen.png"), "--duration", "600"])
                for event in ["connected", "sharp_frame", "snapshot"] { try viewer.event(event) }
                // Longer than the second between two measurements of the round trip.
                usleep(1_500_000)
                viewer.send(SIGTERM)
                #expect(try viewer.waitForEnd() == .exited(0))
                #expect(try host.waitForEnd() == .exited(0))

                for process in [host, viewer] {
                    #expect(!process.eventNames.contains(nil), "\(process.lines)")
                    let connected = try process.event("connected")
                    #expect(["direct", "relayed"].contains(connected["path"]?.string))
                    #expect(connected["setup_ms"]?.number ?? -1 > 0)
                    #expect(connected.names.isSuperset(of: ["local", "remote"]))
                    let ended = try process.event("ended")
                    #expect(
                        ended.names.isSuperset(of: Self.figures), "missing: \(Self.figures.subtracting(ended.names))")
                    #expect(ended["bytes_sent"]?.number ?? 0 > 0 && ended["bytes_received"]?.number ?? 0 > 0)
                }
                try checkOrder(viewer)
                #expect(try host.event("ended")["reason"]?.string == "closed-by-peer")
                let picture = try world.readPNG("seen.png")
                #expect(picture.width == 640 && picture.height == 480)
                #expect(picture.colourCount > 16)
            }
        }

        private func checkOrder(_ viewer: ChildProcess) throws {
            let names = viewer.eventNames.compactMap { $0 }
            let wanted = ["connected", "first_frame", "sharp_frame", "ended"]
            #expect(names.filter { wanted.contains($0) } == wanted, "\(names)")
            let first = try viewer.event("first_frame")
            #expect(first["ttff_ms"]?.number ?? -1 > 0)
            let ended = try viewer.event("ended")
            #expect(ended["reason"]?.string == "closed")
            #expect(ended["ttff_ms"] == first["ttff_ms"])
            let roundTrips = ended["rtt_ms"]
            #expect(roundTrips?["count"]?.number ?? 0 > 0)
            #expect(roundTrips?["p50"]?.number ?? -1 > 0)
            #expect(roundTrips?["p95"]?.number ?? -1 >= roundTrips?["p50"]?.number ?? 0)
        }

        @Test("--relay says which way it goes", arguments: ["auto", "only", "never"])
        func relayChoice(_ choice: String) throws {
            try World.run { world in
                let server = try world.startServer()
                let host = try world.startHost(server, ["--screen", "test:320x240", "--once", "--relay", choice])
                let viewer = try world.startViewer(
                    try host.text("code", of: "code"), server,
                    ["--relay", choice, "--snapshot", world.file("seen.png"), "--duration", "600"])
                try viewer.event("snapshot")
                let path = choice == "only" ? "relayed" : "direct"
                for process in [host, viewer] { try process.waitForPath(path) }
                viewer.send(SIGTERM)
                #expect(try viewer.waitForEnd() == .exited(0))
                #expect(try host.waitForEnd() == .exited(0))
                for process in [host, viewer] {
                    #expect(try process.event("ended")["path"]?.string == path)
                    let moves = process.events("connected") + process.events("path")
                    if choice != "auto" { #expect(moves.allSatisfy { $0["path"]?.string == path }, "\(process.lines)") }
                }
            }
        }

        @Test("a picture that stands still is the same for each viewer, direct or relayed, whatever its size")
        func samePicture() throws {
            try World.run { world in
                let server = try world.startServer()
                let host = try world.startHost(server, ["--screen", "test:333x217@0"])
                var pictures: [Picture] = []
                for (name, choice) in [("direct.png", "never"), ("relayed.png", "only")] {
                    let code = try host.code(number: pictures.count)
                    let viewer = try world.startViewer(
                        code, server, ["--relay", choice, "--snapshot", world.file(name)])
                    #expect(try viewer.waitForEnd() == .exited(0))
                    pictures.append(try world.readPNG(name))
                }
                #expect(pictures[0].width == 333 && pictures[0].height == 217)
                #expect(pictures[1].difference(from: pictures[0]) == nil)
                host.send(SIGTERM)
                #expect(try host.waitForEnd() == .exited(0))
            }
        }

        @Test("that ends while a large picture of it is being written has that picture all the same")
        func pictureAtTheEnd() throws {
            try World.run { world in
                let server = try world.startServer()
                let host = try world.startHost(server, ["--screen", "test:3840x2160@0", "--once"])
                let viewer = try world.startViewer(
                    try host.code(number: 0), server,
                    ["--snapshot", world.file("large.png"), "--snapshot-when", "first"])
                try TimeLimit.poll("a picture on its way into its file") {
                    Processes.threads(of: viewer.identifier).contains("snapshot") ? true : nil
                }
                host.send(SIGTERM)
                #expect(try viewer.waitForEnd() == .exited(0))
                #expect(try host.waitForEnd() == .exited(0))
                let names = viewer.eventNames.compactMap { $0 }.filter { ["snapshot", "ended"].contains($0) }
                #expect(names == ["snapshot", "ended"])
            }
        }
    }
}
