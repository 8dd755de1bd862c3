import Glibc
import Testing

extension EndToEnd {
    /// `rdpeer host --lock-command`.
    @Suite("The lock command", .serialized)
    struct LockTests {
        private func start(_ world: World, _ arguments: [String]) throws -> (host: ChildProcess, viewer: ChildProcess) {
            let server = try world.startServer()
            let command = "echo $BEELINE_END >> '\(world.file("locks"))'"
            let host = try world.startHost(
                server, ["--screen", "test:160x120", "--lock-command", command] + arguments)
            let viewer = try world.startViewer(try host.text("code", of: "code"), server, ["--duration", "600"])
            try viewer.event("first_frame")
            try host.event("connected")
            return (host, viewer)
        }

        private func checkLocks(_ world: World, _ host: ChildProcess, _ reason: String) throws {
            #expect(try host.event("ended")["reason"]?.string == reason)
            try TimeLimit.poll("the lock command") { world.contents(of: "locks") }
            #expect(world.contents(of: "locks") == "\(reason)\n")
            #expect(host.events("lock").map { $0["reason"]?.string } == [reason])
        }

        @Test("is not run when the viewer sleeps, and once when it leaves")
        func interruption() throws {
            try World.run { world in
                let (host, viewer) = try start(world, ["--once"])
                let mark = host.mark
                viewer.send(SIGSTOP)
                try host.event("path_lost", from: mark)
                let awake = host.mark
                viewer.send(SIGCONT)
                try host.event("path", from: awake)
                #expect(host.events("lock").isEmpty && world.contents(of: "locks") == nil)
                viewer.send(SIGTERM)
                #expect(try viewer.waitForEnd() == .exited(0))
                #expect(try host.waitForEnd() == .exited(0))
                try checkLocks(world, host, "closed-by-peer")
            }
        }

        @Test("is run when no path to the viewer is found for as long as --patience says")
        func vanished() throws {
            try World.run { world in
                let (host, viewer) = try start(world, ["--patience", "5"])
                viewer.kill()
                try host.event("path_lost")
                #expect(world.contents(of: "locks") == nil)
                try checkLocks(world, host, "unreachable")
                // The next viewer has another code.
                _ = try host.code(number: 1)
            }
        }

        @Test("that fails is told of")
        func failure() throws {
            try World.run { world in
                let server = try world.startServer()
                let host = try world.startHost(
                    server, ["--screen", "test:160x120", "--once", "--lock-command", "exit 3"])
                let viewer = try world.startViewer(
                    try host.text("code", of: "code"), server, ["--snapshot", world.file("seen.png")])
                #expect(try viewer.waitForEnd() == .exited(0))
                #expect(try host.waitForEnd() == .exited(0))
                #expect(try host.text("detail", of: "lock_failed").contains("status 3"))
                #expect(host.errors.contains("may be unlocked"))
            }
        }
    }
}
