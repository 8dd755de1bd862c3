import Glibc
import Testing

extension EndToEnd {
    /// A router of this kernel goes dead under a running session, and comes back.
    @Suite(
        "Networks go away", .serialized,
        .enabled(if: KernelNetwork.isUsable, Comment(rawValue: KernelNetwork.reason)))
    struct OutageTests {
        @Test("a session comes back by itself, under the same code, and locks nothing")
        func outage() throws {
            try World.run { world in
                let network = try KernelNetwork(.masquerade, world: world)
                let server = try network.startOutside(
                    "rdserver", try Tools.own("rdserver"), ["--json", "--listen", KernelNetwork.server])
                let common = ["--server", try server.text("url", of: "listening"), "--json", "--no-port-mapping"]
                let lock = "touch '\(world.file("locked"))'"
                let host = try network.startOutside(
                    "rdpeer host", try Tools.own("rdpeer"),
                    ["host", "--screen", "test:320x240", "--lock-command", lock] + common)
                let code = try host.text("code", of: "code")
                let viewer = try network.startInside(
                    "rdpeer view", try Tools.own("rdpeer"), ["view", code, "--headless", "--duration", "600"] + common)
                try viewer.event("sharp_frame")
                try host.event("connected")

                try interrupt(host, viewer, network.setForwarding)
                try interrupt(host, viewer, network.setCable)
                #expect(host.events("code").count == 1)
                #expect(host.events("lock").isEmpty && world.contents(of: "locked") == nil)

                viewer.send(SIGTERM)
                #expect(try viewer.waitForEnd() == .exited(0))
                #expect(try host.event("ended")["reason"]?.string == "closed-by-peer")
                #expect(viewer.events("ended").count == 1 && host.events("ended").count == 1)
                try TimeLimit.poll("the lock command") { world.contents(of: "locked") }
            }
        }

        /// Both ends give the path up, and have it again once the network is back.
        private func interrupt(_ host: ChildProcess, _ viewer: ChildProcess, _ pass: (Bool) throws -> Void) throws {
            let away = (host.mark, viewer.mark)
            try pass(false)
            let lost = (try host.index(of: "path_lost", from: away.0), try viewer.index(of: "path_lost", from: away.1))
            try pass(true)
            try host.event("path", from: lost.0)
            try viewer.event("path", from: lost.1)
        }
    }
}

extension ChildProcess {
    /// Where the first event of a name stands, from a mark on; waits for it.
    fileprivate func index(of name: String, from first: Int) throws -> Int {
        try event(name, from: first)
        return lines[first...].firstIndex { JSON($0)?["event"]?.string == name } ?? first
    }
}
