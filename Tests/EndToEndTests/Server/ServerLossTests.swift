import Testing

extension EndToEnd {
    @Suite("The server dies in mid-session", .serialized)
    struct ServerLossTests {
        @Test(
            "a direct session goes on, and its picture stays exact",
            .enabled(
                if: Tools.areUsable(["Xvfb", "xterm", "xwd", "python3"]),
                "Xvfb, xterm, xwd (x11-apps) or python3 is missing"))
        func direct() throws {
            try World.run { world in
                let screen = try LiveScreen(world: world)
                let server = try world.startServer()
                let host = try world.startHost(server, ["--display", screen.display.name, "--once"])
                let view = try LiveView(try host.code(number: 0), server, world: world)
                try view.process.event("first_frame")
                for process in [host, view.process] { try process.waitForPath("direct") }
                try view.waitForNewPicture()

                let marks = [host.mark, view.process.mark]
                server.process.kill()
                let killed = TimeLimit(seconds: 5)
                for (process, mark) in zip([host, view.process], marks) {
                    try process.event("signaling_lost", from: mark)
                }
                var pictures = 0
                while !killed.isOver || pictures < 3 {
                    try view.waitForNewPicture()
                    pictures += 1
                }
                let still = try screen.halt()
                #expect(try view.difference(from: still) == nil)
                for (process, mark) in zip([host, view.process], marks) {
                    #expect(process.events("path_lost", from: mark).isEmpty, "\(process.lines)")
                    #expect(process.events("ended").isEmpty)
                }
                #expect(try view.close() == .exited(0))
                try checkEnd(host, view.process)
            }
        }

        private func checkEnd(_ host: ChildProcess, _ viewer: ChildProcess) throws {
            #expect(try host.waitForEnd() == .exited(0))
            for process in [host, viewer] {
                let ended = try process.event("ended")
                #expect(ended["path"]?.string == "direct")
                #expect(ended["duration_ms"]?.number ?? 0 >= 5_000)
                // Both measure at least once a second while the machine lets them, and the server died in the first.
                #expect(ended["rtt_ms"]?["count"]?.number ?? 0 >= 3, "\(ended)")
            }
        }

        @Test("a relayed session says what is lost, and comes back with the server, without a code")
        func relayed() throws {
            try World.run { world in
                let server = try world.startServer()
                let host = try world.startHost(server, ["--screen", "test:320x240", "--relay", "only", "--once"])
                let view = try LiveView(try host.code(number: 0), server, ["--relay", "only"], world: world)
                try view.process.event("first_frame")
                try view.waitForNewPicture()

                let peers = [host, view.process]
                var marks = peers.map(\.mark)
                server.process.kill()
                for (process, mark) in zip(peers, marks) {
                    try process.event("signaling_lost", from: mark)
                    try waitForComplaint(process, from: mark)
                }
                marks = peers.map(\.mark)
                let second = try world.startServer(
                    ["--port", "\(server.signalingPort)", "--turn-port", "\(server.relayPort)"])
                #expect(second.url == server.url)
                for (process, mark) in zip(peers, marks) {
                    try process.event("signaling_restored", from: mark)
                    try process.event("path", from: mark) { $0["path"]?.string == "relayed" }
                }
                try view.waitForNewPicture()
                try view.waitForNewPicture()
                #expect(try view.close() == .exited(0))
                #expect(try host.waitForEnd() == .exited(0))
                // One session, of one code.
                for process in peers {
                    #expect(process.events("connected").count == 1)
                    #expect(process.events("ended").count == 1)
                }
            }
        }

        /// Seconds of silence are said before a path is given up.
        private func waitForComplaint(_ process: ChildProcess, from mark: Int) throws {
            try process.line("\"silence\" or \"path_lost\"", from: mark) { line -> Bool? in
                ["silence", "path_lost"].contains(JSON(line)?["event"]?.string) ? true : nil
            }
        }
    }
}
