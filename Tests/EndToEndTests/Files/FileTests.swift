import Foundation
import Testing

extension EndToEnd {
    @Suite("Files", .serialized) struct FileTests {
        /// A host that takes and gives files, a folder of theirs, and what is sent.
        private struct Setting {
            let world: World
            let server: Server
            let host: ChildProcess

            init(_ world: World, _ arguments: [String]) throws {
                self.world = world
                server = try world.startServer()
                host = try Self.startHost(world, server, arguments)
            }

            /// One that takes files into a folder.
            init(_ world: World, _ server: Server, _ box: String) throws {
                self.world = world
                self.server = server
                host = try Self.startHost(world, server, ["--files", "receive", "--files-directory", box])
            }

            static func startHost(_ world: World, _ server: Server, _ arguments: [String]) throws -> ChildProcess {
                try world.startHost(server, ["--screen", "test:160x120@10"] + arguments)
            }

            func run(_ command: String, _ target: String, _ arguments: [String]) throws -> ChildProcess {
                try world.start(
                    "rdpeer \(command)", try Tools.own("rdpeer"),
                    [command, target] + arguments + ["--server", server.url, "--json"], home: "viewer-home")
            }
        }

        private static func makeFile(_ path: String, bytes: Int, seed: UInt64) throws {
            var state = seed
            let words = (0..<bytes / 8 + 1).map { _ -> UInt64 in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return state ^ state >> 29
            }
            let data = words.withUnsafeBytes { Data($0.prefix(bytes)) }
            try data.write(to: URL(fileURLWithPath: path))
        }

        private static func contents(_ path: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path)) }

        private static func names(in folder: String) -> [String] {
            (try? FileManager.default.contentsOfDirectory(atPath: folder))?.sorted() ?? []
        }

        @Test("that are sent and fetched are the same, and replace nothing")
        func bothWays() throws {
            try World.run { world in
                let box = world.file("box")
                let setting = try Setting(world, ["--files", "both", "--files-directory", box])
                try Self.makeFile(world.file("large.bin"), bytes: 3_000_001, seed: 1)
                try world.write("", to: "empty.txt")
                let send = try setting.run(
                    "send", try setting.host.code(number: 0), [world.file("large.bin"), world.file("empty.txt")])
                #expect(try send.waitForEnd(seconds: 60) == .exited(0))
                #expect(send.events("file_stored").count == 2)
                #expect(Self.names(in: box) == ["empty.txt", "large.bin"])
                #expect(try Self.contents(box + "/large.bin") == Self.contents(world.file("large.bin")))

                try world.write("other", to: "empty.txt")
                let again = try setting.run("send", try setting.host.code(number: 1), [world.file("empty.txt")])
                #expect(try again.waitForEnd(seconds: 60) == .exited(0))
                #expect(try again.text("stored_as", of: "file_stored") == "empty (1).txt")
                #expect(try Self.contents(box + "/empty.txt").isEmpty)

                try FileManager.default.createDirectory(atPath: world.file("got"), withIntermediateDirectories: true)
                let get = try setting.run(
                    "get", try setting.host.code(number: 2), ["large.bin", "nothing", "--into", world.file("got")])
                #expect(try get.waitForEnd(seconds: 60) == .exited(1))
                #expect(try get.text("reason", of: "file_failed") == "not-found")
                #expect(try Self.contents(world.file("got/large.bin")) == Self.contents(world.file("large.bin")))
                #expect(get.events("first_frame").isEmpty)
                // Whoever is asked for files is told that nobody looks.
                try setting.host.event("viewer") { $0["looks"]?.boolean == false }
            }
        }

        /// Who is killed while a file is on its way.
        enum Victim: CaseIterable { case host, sender }

        @Test("go on where one side was killed, with another code, and nothing is lost", arguments: Victim.allCases)
        func killed(victim: Victim) throws {
            try World.run { world in
                let box = world.file("box")
                let server = try world.startServer()
                let file = world.file("large.bin")
                try Self.makeFile(file, bytes: 50_000_000, seed: 2)
                var held = 0
                // On a busy machine the file may be there before its end comes to this process's turn.
                for _ in 0..<5 where held == 0 {
                    try? FileManager.default.removeItem(atPath: box + "/large.bin")
                    held = try Self.interrupt(victim, Setting(world, server, box), file, box)
                }
                try #require(held >= 5_000_000)
                let setting = try Setting(world, server, box)
                let second = try setting.run("send", try setting.host.code(number: 0), [file])
                #expect(try second.waitForEnd(seconds: 120) == .exited(0))
                #expect(try second.event("file_began")["held_bytes"]?.number == Double(held))
                #expect(Self.names(in: box) == ["large.bin"])
                #expect(try Self.contents(box + "/large.bin") == Self.contents(file))
            }
        }

        /// - Returns: how many bytes of the file are there; 0 if it was sent too soon.
        private static func interrupt(
            _ victim: Victim, _ setting: Setting, _ file: String, _ box: String
        ) throws -> Int {
            let sender = try setting.run("send", try setting.host.code(number: 0), [file])
            let limit = TimeLimit(seconds: 60)
            while try part(in: box) < 5_000_000, sender.isRunning {
                guard !limit.isOver else { throw sender.failure("had not sent 5 MB") }
                usleep(200)
            }
            if victim == .host { setting.host.kill() } else { sender.kill() }
            // A host that has lost its viewer writes what has come by then.
            setting.host.send(SIGTERM)
            _ = try setting.host.waitForEnd(seconds: 60)
            sender.kill()
            return try part(in: box)
        }

        private static func part(in box: String) throws -> Int {
            guard let name = names(in: box).first(where: { $0.hasPrefix(".beeline-") }) else { return 0 }
            let attributes = try? FileManager.default.attributesOfItem(atPath: box + "/" + name)
            return (attributes?[.size] as? NSNumber)?.intValue ?? 0
        }

        @Test("are refused by a host that was not asked to take or give any, and what it may not see stays unseen")
        func policy() throws {
            try World.run { world in
                let setting = try Setting(world, [])
                try world.write("secret", to: "a.txt")
                let send = try setting.run("send", try setting.host.code(number: 0), [world.file("a.txt")])
                #expect(try send.waitForEnd(seconds: 60) == .exited(1))
                #expect(try send.text("reason", of: "file_failed") == "refused")
                #expect(send.errors.contains("--files receive"))
                setting.host.kill()

                let box = world.file("box")
                try FileManager.default.createDirectory(atPath: box, withIntermediateDirectories: true)
                try FileManager.default.createSymbolicLink(
                    atPath: box + "/link.txt", withDestinationPath: world.file("a.txt"))
                try FileManager.default.createDirectory(atPath: box + "/folder", withIntermediateDirectories: true)
                let host = try Setting.startHost(
                    world, setting.server, ["--files", "both", "--files-directory", box, "--files-limit", "1000"])
                let get = try setting.run(
                    "get", try host.code(number: 0), ["link.txt", "folder", "--into", world.folder])
                #expect(try get.waitForEnd(seconds: 60) == .exited(1))
                #expect(
                    get.events("file_failed").compactMap { $0["reason"]?.string } == ["not-regular", "not-regular"])
                try Self.makeFile(world.file("large.bin"), bytes: 1_001, seed: 4)
                try world.write("over the link", to: "link.txt")
                let over = try setting.run(
                    "send", try host.code(number: 1), [world.file("link.txt"), world.file("large.bin")])
                #expect(try over.waitForEnd(seconds: 60) == .exited(1))
                #expect(try over.text("reason", of: "file_failed") == "too-large")
                #expect(try over.text("stored_as", of: "file_stored") == "link (1).txt")
                #expect(world.contents(of: "a.txt") == "secret")
            }
        }

        @Test("beside a session, and what is wrong on this side")
        func sideways() throws {
            try World.run { world in
                let box = world.file("box")
                let setting = try Setting(world, ["--files", "receive", "--files-directory", box])
                try world.write("hello", to: "a.txt")
                let view = try setting.run(
                    "view", try setting.host.code(number: 0),
                    ["--headless", "--duration", "600", "--send", world.file("a.txt")])
                try view.event("file_stored", seconds: 60)
                try view.event("first_frame", seconds: 60)
                view.send(SIGINT)
                #expect(try view.waitForEnd(seconds: 60) == .exited(0))
                #expect(try String(contentsOfFile: box + "/a.txt", encoding: .utf8) == "hello")
                for (arguments, status) in [
                    (["7-crossover-clockwork", world.file("missing")], 2),
                    (["7-crossover-clockwork", world.folder], 2),
                    (["no code", world.file("a.txt")], 64),
                ] as [([String], Int32)] {
                    let process = try setting.run("send", arguments[0], Array(arguments.dropFirst()))
                    #expect(try process.waitForEnd(seconds: 60) == .exited(status), "\(arguments)")
                }
                let get = try setting.run("get", "7-crossover-clockwork", ["../a"])
                #expect(try get.waitForEnd(seconds: 60) == .exited(64))
                // Root may write everywhere but there.
                let nowhere = try setting.run("get", "7-crossover-clockwork", ["a", "--into", "/proc"])
                #expect(try nowhere.waitForEnd(seconds: 60) == .exited(2))
                #expect(nowhere.errors.contains("cannot write to /proc"), "\(nowhere.errors)")
            }
        }
    }
}
