import Glibc
import Testing

extension EndToEnd {
    @Suite("The audit trail", .serialized)
    struct AuditTests {
        @Test(
            "says who met whom, which way, how long and how much, and no word of the code",
            arguments: ["only", "never"])
        func trail(_ choice: String) throws {
            try World.run { world in
                let server = try world.startServer([
                    "--port", "0", "--turn-port", "0", "--audit", world.file("audit.jsonl"),
                ])
                let host = try world.startHost(server, ["--screen", "test:320x240", "--relay", choice, "--once"])
                let code = try host.code(number: 0)
                let viewer = try world.startViewer(
                    code, server, ["--relay", choice, "--snapshot", world.file("seen.png"), "--duration", "600"])
                try viewer.event("snapshot")
                for process in [host, viewer] { try process.waitForPath(choice == "only" ? "relayed" : "direct") }
                // A session that lasts more than the second that is asked for below.
                usleep(1_500_000)
                viewer.send(SIGTERM)
                #expect(try viewer.waitForEnd() == .exited(0))
                #expect(try host.waitForEnd() == .exited(0))
                server.process.send(SIGTERM)
                #expect(try server.process.waitForEnd() == .exited(0))

                let text = try #require(world.contents(of: "audit.jsonl"))
                checkSecrecy(text, code)
                let lines = text.split(separator: "\n").map { JSON(String($0)) }
                #expect(!lines.contains(nil))
                try check(lines.compactMap { $0 }, choice)
                try checkQueries(world, lines.compactMap { $0 }, room: String(code.prefix { $0.isNumber }))
            }
        }

        /// The room is the server's to know, the words are not.
        private func checkSecrecy(_ text: String, _ code: String) {
            let letters = text.lowercased().split { !$0.isLetter }.map(String.init)
            for word in code.split(separator: "-").dropFirst() { #expect(!letters.contains(String(word))) }
        }

        private func checkQueries(_ world: World, _ records: [JSON], room: String) throws {
            func ask(_ arguments: [String]) throws -> (status: ExitStatus, records: [JSON]) {
                let process = try world.start(
                    "rdserver audit", try Tools.own("rdserver"),
                    ["audit", "--audit", world.file("audit.jsonl"), "--json"] + arguments)
                let status = try process.waitForEnd()
                #expect((status == .exited(1)) == process.errors.contains("nothing found"), "\(process.errors)")
                return (status, process.lines.compactMap { JSON($0) })
            }
            let all = try ask([])
            #expect(all.status == .exited(0) && all.records == records)
            // What belongs to the room's sessions comes with it.
            let byRoom = try ask(["--host", room]).records
            #expect(byRoom.contains { $0["event"]?.string == "opened" })
            #expect(byRoom.contains { $0["event"]?.string == "ended" && $0["venue"] == nil })
            let byAddress = Set(try ask(["--host", "127.0.0.1"]).records.compactMap { $0["event"]?.string })
            #expect(byAddress.isSuperset(of: ["opened", "met", "answered", "reported", "ended"]), "\(byAddress)")
            #expect(try ask(["--host", "127.0.0.2"]).status == .exited(1))
            let session = try #require(records.first { $0["event"]?.string == "met" }?["session"]?.string)
            let ofSession = try ask(["--session", session, "--event", "reported", "--event", "met"]).records
            #expect(
                ofSession
                    == records.filter {
                        $0["session"]?.string == session && ["reported", "met"].contains($0["event"]?.string)
                    })
            #expect(try ask(["--since", "1h"]).records == records)
            #expect(try ask(["--until", "1h"]).status == .exited(1))
            #expect(try ask(["--since", "2001-01-01", "--until", "2001-01-02T00:00:00Z"]).status == .exited(1))
            #expect(try ask(["--since", "yesterday"]).status == .exited(64))
            #expect(try ask(["--audit", world.file("none.jsonl")]).status == .exited(2))
        }

        private func check(_ records: [JSON], _ choice: String) throws {
            func all(_ event: String) -> [JSON] { records.filter { $0["event"]?.string == event } }
            #expect(records.allSatisfy { $0["time"]?.string?.hasSuffix("Z") == true && $0["event"] != nil })
            let met = try #require(all("met").first)
            #expect(met.names.isSuperset(of: ["session", "venue", "host_address", "viewer_address"]))
            let session = met["session"]
            let reports = all("reported").filter { $0["session"] == session }
            #expect(!reports.isEmpty)
            #expect(reports.allSatisfy { $0["path"]?.string == (choice == "only" ? "relayed" : "direct") })
            #expect(reports.contains { $0["bytes_sent"]?.number ?? 0 > 10_000 })
            let ended = try #require(all("ended").first { $0["session"] == session })
            #expect(ended["duration_s"]?.number ?? 0 >= 1)
            let relays = all("relay_ended").filter { $0["session"] == session }
            let relayed = relays.reduce(0) { $0 + ($1["bytes_relayed"]?.number ?? 0) }
            if choice == "only" { #expect(relayed > 10_000) } else { #expect(relayed == 0) }
        }
    }
}
