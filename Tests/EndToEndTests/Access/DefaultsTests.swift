import Foundation
import Testing

extension EndToEnd {
    @Suite("What need not be said, and for how long", .serialized)
    struct DefaultsTests {
        @Test("BEELINE_SERVER is the server, and the keys of those let in stand below the home folder")
        func environment() throws {
            try World.run { world in
                let server = try world.startServer()
                let folder = "host/.config/beeline"
                try FileManager.default.createDirectory(
                    atPath: world.file(folder), withIntermediateDirectories: true)
                try world.write("\(try world.identity(home: "known"))\n", to: "\(folder)/authorized_keys")
                func start(_ arguments: [String], home: String) throws -> ChildProcess {
                    try world.start(
                        "rdpeer \(arguments[0])", try Tools.own("rdpeer"), arguments + ["--json"],
                        environment: ["BEELINE_SERVER": server.url], home: home)
                }
                let host = try start(["host", "--unattended", "--screen", "test:160x120"], home: "host")
                let key = try host.text("host_id", of: "waiting")
                let viewer = try start(
                    ["view", key, "--headless", "--snapshot", world.file("seen.png")], home: "known")
                #expect(try viewer.waitForEnd() == .exited(0))
                #expect(try world.readPNG("seen.png").width == 160)
                host.send(SIGTERM)
                #expect(try host.waitForEnd() == .exited(0))
            }
        }

        @Test("--time-limit ends the session of a code")
        func timeLimit() throws {
            try World.run { world in
                let server = try world.startServer()
                let host = try world.startHost(server, ["--screen", "test:160x120", "--time-limit", "2s", "--once"])
                let viewer = try world.startViewer(try host.code(number: 0), server, ["--duration", "600"])
                #expect(try viewer.event("time_limit")["seconds"]?.number == 2)
                #expect(try host.text("reason", of: "ended") == "time-is-over")
                #expect(try viewer.waitForEnd() == .exited(0))
                #expect(try host.waitForEnd() == .exited(0))
            }
        }
    }
}
