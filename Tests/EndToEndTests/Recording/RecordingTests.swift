import Foundation
import Testing

extension EndToEnd {
    @Suite("A recorded session", .serialized, .enabled(if: Tools.areUsable(["python3"]), "python3 is missing"))
    struct RecordingTests {
        @Test("replays to the very picture that the viewer had last, and as long as it lasted")
        func viewerRecording() throws {
            try World.run { world in
                let watchedSeconds = try Self.recordMovement(world)
                let seen = try world.readPNG("seen.png")

                let replay = try Self.replay(
                    "session.rec", world,
                    [
                        "--snapshot", world.file("replayed.png"), "--frames", world.file("frames"),
                        "--frames-per-second", "20",
                    ])
                #expect(try replay.waitForEnd() == .exited(0))
                #expect(try world.readPNG("replayed.png").difference(from: seen) == nil)
                let figures = try replay.event("replayed")
                #expect(figures["whole"]?.boolean == true && figures["sessions"]?.number == 1)
                #expect(figures["datagrams_missing"]?.number == 0)
                let duration = figures["duration_ms"]?.number ?? 0
                #expect(duration >= watchedSeconds * 1_000)
                let frames = try FileManager.default.contentsOfDirectory(atPath: world.file("frames")).sorted()
                // The picture moves thirty times a second.
                #expect(frames.count > 5 && Double(frames.count) == figures["frames"]?.number, "\(frames)")
                let last = try world.readPNG("frames/\(try #require(frames.last))")
                #expect(last.difference(from: seen) == nil)
                #expect(try world.readPNG("frames/\(frames[0])").difference(from: seen) != nil)
                // What was encrypted is shown to nobody else.
                for file in ["replayed.png", "frames/\(frames[0])"] {
                    let attributes = try FileManager.default.attributesOfItem(atPath: world.file(file))
                    #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
                }
            }
        }

        @Test("of the host replays to the picture that it shared, one session after the other")
        func hostRecording() throws {
            try World.run { world in
                let server = try world.startServer()
                let host = try world.startHost(
                    server, ["--screen", "test:320x240@0", "--record", world.file("host.rec")])
                for number in 0..<2 {
                    let viewer = try world.startViewer(
                        try host.code(number: number), server, ["--snapshot", world.file("seen.png")])
                    #expect(try viewer.waitForEnd() == .exited(0))
                }
                host.send(SIGTERM)
                #expect(try host.waitForEnd() == .exited(0))
                let replay = try Self.replay(
                    "host.rec", world, ["--snapshot", world.file("replayed.png")], home: "home")
                #expect(try replay.waitForEnd() == .exited(0))
                #expect(try world.readPNG("replayed.png").difference(from: world.readPNG("seen.png")) == nil)
                let figures = try replay.event("replayed")
                #expect(figures["sessions"]?.number == 2 && figures["exact"]?.boolean == true)
                #expect(try replay.event("replay")["side"]?.string == "host")
            }
        }

        @Test(
            "that was cut off replays to the cut, one that was changed is refused, and only its key opens it",
            .enabled(if: Tools.areUsable(["Xvfb"]), "Xvfb is missing"))
        func damage() throws {
            try World.run { world in
                // Several blocks: a replay shows those before the one that was changed.
                _ = try Self.recordMovement(world)
                let whole = [UInt8](try Data(contentsOf: URL(fileURLWithPath: world.file("session.rec"))))
                try Data(whole.dropLast(10)).write(to: URL(fileURLWithPath: world.file("cut.rec")))
                let cut = try Self.replay("cut.rec", world, [])
                #expect(try cut.waitForEnd() == .exited(0))
                #expect(try cut.event("replayed")["whole"]?.boolean == false)
                #expect(cut.errors.contains("cut off"))
                // Of a block that is not whole nothing can be shown.
                try Data(whole.prefix(400)).write(to: URL(fileURLWithPath: world.file("early.rec")))
                let early = try Self.replay("early.rec", world, ["--snapshot", world.file("early.png")])
                #expect(try early.waitForEnd() == .exited(1))
                #expect(early.errors.contains("early.png was not written"), "\(early.errors)")

                var changed = whole
                changed[whole.count - 5] ^= 1
                try Data(changed).write(to: URL(fileURLWithPath: world.file("changed.rec")))
                let refused = try Self.replay("changed.rec", world, [])
                #expect(try refused.waitForEnd() == .exited(1))
                #expect(try refused.text("detail", of: "fault").contains("was changed"))

                let shown = try Self.replay(
                    "changed.rec", world,
                    ["--display", try world.startDisplay().name, "--snapshot", world.file("shown.png")],
                    isHeadless: false)
                #expect(try shown.waitForEnd() == .exited(1))
                #expect(shown.events("replayed").count == 1)
                #expect(try world.readPNG("shown.png").width == 320)

                let stranger = try Self.replay("session.rec", world, [], home: "stranger-home")
                #expect(try stranger.waitForEnd() == .exited(1))
                let owner = try world.start(
                    "rdpeer identity", try Tools.own("rdpeer"), ["identity", "--json"], home: "viewer-home")
                #expect(try owner.waitForEnd() == .exited(0))
                let key = try owner.text("host_id", of: "identity")
                #expect(try stranger.text("detail", of: "fault").contains(key))
                #expect(try Self.replay("seen.png", world, []).waitForEnd() == .exited(1))
            }
        }

        @Test("a picture that cannot be written is told of before anything begins", arguments: ["view", "replay"])
        func nowhere(command: String) throws {
            try World.run { world in
                let target =
                    command == "view" ? ["7-crossover-clockwork", "--server", "ws://127.0.0.1:9/"] : ["none.rec"]
                let program = try world.start(
                    "rdpeer \(command)", try Tools.own("rdpeer"),
                    [command] + target + ["--headless", "--json", "--snapshot", world.file("none/x.png")])
                #expect(try program.waitForEnd() == .exited(2))
                #expect(program.errors.contains("none/x.png: No such file or directory"), "\(program.errors)")
                #expect(program.events("server_unreachable").isEmpty)
            }
        }

        @Test("can be sealed to somebody else, who learns who recorded it")
        func otherReader() throws {
            try World.run { world in
                func key(of home: String) throws -> String {
                    let identity = try world.start(
                        "rdpeer identity", try Tools.own("rdpeer"), ["identity", "--json"], home: home)
                    #expect(try identity.waitForEnd() == .exited(0))
                    return try identity.text("host_id", of: "identity")
                }
                try Self.record(world, ["--record-key", try key(of: "archive-home")])
                #expect(try Self.replay("session.rec", world, []).waitForEnd() == .exited(1))
                let replay = try Self.replay("session.rec", world, [], home: "archive-home")
                #expect(try replay.waitForEnd() == .exited(0))
                #expect(try replay.text("recorder", of: "replay") == key(of: "viewer-home"))
            }
        }

        @Test("ends when the disk loses a part of it, with the session, and is not said to be whole")
        func lostData() throws {
            try World.run { world in
                let server = try world.startServer()
                let host = try world.startHost(server, ["--screen", "test:320x240@30", "--once"])
                let viewer = try FailingCall.start(
                    "fdatasync", "rdpeer view", try Tools.own("rdpeer"),
                    [
                        "view", try host.code(number: 0), "--server", server.url, "--headless", "--json", "--record",
                        world.file("session.rec"), "--duration", "60",
                    ], world)
                #expect(try viewer.waitForEnd() == .exited(2))
                #expect(try viewer.text("detail", of: "fault").contains("session.rec: Input/output error"))
                #expect(viewer.events("recorded").isEmpty)
                #expect(try host.waitForEnd() == .exited(0))
            }
        }

        @Test("has its end, though the picture at the session's end cannot be written")
        func unwritablePicture() throws {
            try World.run { world in
                let server = try world.startServer()
                let host = try world.startHost(server, ["--screen", "test:320x240@30", "--once"])
                let viewer = try FailingCall.start(
                    "rename", "rdpeer view", try Tools.own("rdpeer"),
                    [
                        "view", try host.code(number: 0), "--server", server.url, "--headless", "--json", "--record",
                        world.file("session.rec"), "--snapshot", world.file("seen.png"),
                    ], world)
                #expect(try viewer.waitForEnd() == .exited(2))
                #expect(try viewer.text("detail", of: "fault").contains("seen.png: Input/output error"))
                #expect(viewer.events("recorded").count == 1)
                let replay = try Self.replay("session.rec", world, [])
                #expect(try replay.waitForEnd() == .exited(0))
                #expect(try replay.event("replayed")["whole"]?.boolean == true)
            }
        }

        @Test("never replaces a file")
        func existingFile() throws {
            try World.run { world in
                let server = try world.startServer()
                let host = try world.startHost(server, ["--screen", "test:160x120@0"])
                try world.write("precious", to: "session.rec")
                let viewer = try world.startViewer(
                    try host.code(number: 0), server, ["--record", world.file("session.rec"), "--duration", "1"])
                #expect(try viewer.waitForEnd() == .exited(2))
                #expect(try viewer.text("detail", of: "fault").contains("is there already"))
                #expect(world.contents(of: "session.rec") == "precious")
            }
        }

        @Test(
            "plays in a window, no faster than it happened or was asked for",
            .enabled(if: Tools.areUsable(["Xvfb", "xwd", "xdotool"]), "Xvfb, xdotool or xwd is missing"),
            arguments: [nil, 0.5])
        func window(speed: Double?) throws {
            try World.run { world in
                let watchedSeconds = try Self.recordMovement(world)
                let display = try world.startDisplay(width: 320, height: 240)
                let start = TimeLimit.now
                let replay = try world.start(
                    "rdpeer replay", try Tools.own("rdpeer"),
                    ["replay", world.file("session.rec"), "--display", display.name, "--json"]
                        + (speed.map { ["--speed", "\($0)"] } ?? []), home: "viewer-home")
                let duration = try replay.event("replayed")["duration_ms"]?.number ?? 0
                let (seconds, leastSeconds) = (TimeLimit.now - start, watchedSeconds / (speed ?? 1))
                #expect(seconds >= leastSeconds && duration >= watchedSeconds * 1_000)
                let seen = try world.readPNG("seen.png")
                try TimeLimit.poll("the last picture in the window") {
                    try display.capture().difference(from: seen) == nil ? true : nil
                }
                // Many sizes while it is painted in one of them.
                let window = try #require(try display.run("xdotool", ["search", "--class", "beeline"]).first)
                let sizes = (0..<20).flatMap { [["\(100 + 10 * $0)", "90"], ["320", "240"]] }
                try display.run("xdotool", sizes.flatMap { ["windowsize", window] + $0 })
                try TimeLimit.poll("the last picture in the window that was resized") {
                    try display.capture().difference(from: seen) == nil ? true : nil
                }
                try display.run("xdotool", ["mousemove", "100", "100", "key", "q"])
                #expect(try replay.waitForEnd() == .exited(0))
            }
        }

        @Test(
            "of a host begins in a window where its viewer came, however long that took",
            .enabled(if: Tools.areUsable(["Xvfb", "xwd", "xdotool"]), "Xvfb, xdotool or xwd is missing"))
        func waitingHost() throws {
            try World.run { world in
                let server = try world.startServer()
                let host = try world.startHost(
                    server, ["--screen", "test:320x240@0", "--record", world.file("host.rec"), "--once"])
                let code = try host.code(number: 0)
                // At the replay's speed, this alone is longer than the test waits.
                usleep(13_000_000)
                let viewer = try world.startViewer(code, server, ["--snapshot", world.file("seen.png")])
                #expect(try viewer.waitForEnd() == .exited(0))
                #expect(try host.waitForEnd() == .exited(0))
                let display = try world.startDisplay(width: 320, height: 240)
                let replay = try world.start(
                    "rdpeer replay", try Tools.own("rdpeer"),
                    [
                        "replay", world.file("host.rec"), "--display", display.name, "--json", "--speed", "0.2",
                        "--snapshot", world.file("replayed.png"),
                    ])
                try TimeLimit.poll("a picture in the window", seconds: 60) {
                    try display.capture().colourCount > 2 ? true : nil
                }
                try display.run("xdotool", ["mousemove", "100", "100", "key", "q"])
                #expect(try replay.waitForEnd() == .exited(0))
                // Closed early, it says and writes what was shown.
                #expect(replay.events("replayed").count == 1)
                #expect(try world.readPNG("replayed.png").width == 320)
            }
        }

        /// Records a session on the viewer's side into "session.rec", in which the picture changes twenty times, and what it
        /// shows at its end into "seen.png".
        ///
        /// - Returns: the seconds between the first picture and the last.
        private static func recordMovement(_ world: World) throws -> Double {
            let server = try world.startServer()
            let host = try world.startHost(server, ["--screen", "test:320x240@30", "--once"])
            let view = try LiveView(
                try host.code(number: 0), server, ["--record", world.file("session.rec")], world: world,
                name: "seen.png")
            try view.process.event("first_frame")
            let start = TimeLimit.now
            for _ in 0..<20 { try view.waitForNewPicture() }
            let seconds = TimeLimit.now - start
            guard try view.close() == .exited(0) else { throw view.process.failure("failed") }
            guard try host.waitForEnd() == .exited(0) else { throw host.failure("failed") }
            return seconds
        }

        /// Records a session on the viewer's side into "session.rec", which ends with its first picture.
        private static func record(_ world: World, _ arguments: [String] = []) throws {
            let server = try world.startServer()
            let host = try world.startHost(server, ["--screen", "test:320x240@30", "--once"])
            let viewer = try world.startViewer(
                try host.code(number: 0), server,
                ["--record", world.file("session.rec"), "--snapshot", world.file("seen.png")] + arguments)
            guard try viewer.waitForEnd() == .exited(0) else { throw viewer.failure("failed") }
            guard try host.waitForEnd() == .exited(0) else { throw host.failure("failed") }
        }

        private static func replay(
            _ file: String, _ world: World, _ arguments: [String], isHeadless: Bool = true, home: String = "viewer-home"
        ) throws -> ChildProcess {
            try world.start(
                "rdpeer replay", try Tools.own("rdpeer"),
                ["replay", world.file(file), "--json"] + (isHeadless ? ["--headless"] : []) + arguments, home: home)
        }
    }
}
