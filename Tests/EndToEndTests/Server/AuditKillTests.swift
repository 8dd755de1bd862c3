import Foundation
import Rendezvous
import Synchronization
import Testing

extension EndToEnd {
    @Suite("The audit trail survives", .serialized)
    struct AuditKillTests {
        /// Lets each knock be somebody else's, of whom few a minute are recorded.
        private static let proxied = ["--trusted-proxy", "127.0.0.1", "--public-address", "127.0.0.1"]

        /// Joins at a room that is not there, for somebody behind a proxy: each is a record.
        private static func knock(_ port: UInt16) throws {
            guard let room = RoomNumber(99) else { throw Failure("no room") }
            let message = try SignalingMessage.join(.room(room), offer: [1, 2, 3]).encoded()
            let digits = Hexadecimal.text(message)
            let lines = [
                "GET /room/99?here HTTP/1.1", "Host: 127.0.0.1", "Upgrade: websocket", "Connection: Upgrade",
                "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
                "beeline-message: \(digits)",
                "X-Forwarded-For: 198.\(Int.random(in: 0...255)).\(Int.random(in: 0...255)).1",
            ]
            let text = lines.joined(separator: "\r\n") + "\r\n\r\n"
            _ = try Web(port: port).exchange(text) { $0.contains("\r\n\r\n") }
        }

        /// All records, read by another reader than the program's own; nil in place of what is none.
        private func records(_ world: World) throws -> [JSON?] {
            try files(world).flatMap { name in
                (world.contents(of: name) ?? "").split(separator: "\n", omittingEmptySubsequences: true)
                    .map { JSON(String($0)) }
            }
        }

        private func files(_ world: World) throws -> [String] {
            try FileManager.default.contentsOfDirectory(atPath: world.folder).filter { $0.hasPrefix("audit.jsonl") }
                .sorted { Self.number($0) < Self.number($1) }
        }

        private static func number(_ name: String) -> Int { Int(name.dropFirst("audit.jsonl.".count)) ?? .max }

        private func ask(_ world: World, _ arguments: [String] = []) throws -> ChildProcess {
            let process = try world.start(
                "rdserver audit", try Tools.own("rdserver"),
                ["audit", "--audit", world.file("audit.jsonl"), "--json"] + arguments)
            _ = try process.waitForEnd()
            return process
        }

        @Test("kill -9 under load, and loses nothing that was synced")
        func kill() throws {
            try World.run { world in
                let arguments =
                    MetricsTests.admin + Self.proxied + [
                        "--audit", world.file("audit.jsonl"), "--audit-size", "4K", "--audit-keep", "1000",
                        "--audit-sync-ms", "10",
                    ]
                var synced = 0
                for _ in 0..<3 {
                    let server = try world.startServer(arguments)
                    let isOver = Atomic(false)
                    let port = server.signalingPort
                    let queue = DispatchQueue(label: "load", attributes: .concurrent)
                    let group = DispatchGroup()
                    for _ in 0..<2 {
                        queue.async(group: group) {
                            while !isOver.load(ordering: .relaxed) { try? Self.knock(port) }
                        }
                    }
                    defer {
                        isOver.store(true, ordering: .relaxed)
                        group.wait()
                    }
                    let metrics = try TimeLimit.poll("records on the disk") {
                        let metrics = try server.metrics()
                        return metrics["beeline_audit_records_synced_total"] ?? 0 >= 150 ? metrics : nil
                    }
                    server.process.kill()
                    synced += Int(try #require(metrics["beeline_audit_records_synced_total"]))
                    #expect(metrics["beeline_audit_records_lost_total"] == 0)
                }
                let all = try records(world)
                let whole = all.compactMap { $0 }
                #expect(whole.count >= synced, "\(whole.count) of \(synced)")
                #expect(try files(world).count > 5)
                let asked = try ask(world)
                #expect(asked.lines.count == whole.count)
                #expect(asked.lines.map { JSON($0) } == whole)
            }
        }

        @Test("a torn last line, which is skipped and stays alone")
        func torn() throws {
            try World.run { world in
                let arguments = MetricsTests.admin + ["--audit", world.file("audit.jsonl")]
                let torn = #"{"event":"met","session":"ab"#
                try world.write(
                    "{\"event\":\"refused\",\"reason\":\"first\",\"time\":\"2026-01-01T00:00:00Z\"}\n" + torn,
                    to: "audit.jsonl")
                let server = try world.startServer(arguments)
                #expect(server.process.errors.contains("torn"), "\(server.process.errors)")
                try Self.knock(server.signalingPort)
                try TimeLimit.poll("a record on the disk") {
                    try server.metrics()["beeline_audit_records_synced_total"] == 1 ? true : nil
                }
                let second = try world.start(
                    "rdserver", try Tools.own("rdserver"),
                    ["--port", "0", "--turn-port", "0", "--audit", world.file("audit.jsonl")])
                #expect(try second.waitForEnd() == .exited(2))
                #expect(second.errors.contains("another rdserver"), "\(second.errors)")
                let lines = (world.contents(of: "audit.jsonl") ?? "").split(separator: "\n")
                #expect(lines.count == 3)
                #expect(lines[1] == torn)
                let asked = try ask(world)
                #expect(asked.lines.compactMap { JSON($0)?["reason"]?.string } == ["first", "noSuchRoom"])
                #expect(asked.errors.contains("1 torn line was skipped"), "\(asked.errors)")
            }
        }

        @Test("old files, of which so many are kept as asked for")
        func rotation() throws {
            try World.run { world in
                let server = try world.startServer(
                    MetricsTests.admin + Self.proxied + [
                        "--audit", world.file("audit.jsonl"), "--audit-size", "1K", "--audit-keep", "3",
                    ])
                try TimeLimit.poll("six old files") {
                    try Self.knock(server.signalingPort)
                    return try server.metrics()["beeline_audit_rotations_total"] ?? 0 >= 6 ? true : nil
                }
                server.process.send(SIGTERM)
                #expect(try server.process.waitForEnd() == .exited(0))
                let files = try files(world)
                #expect(files.count == 4, "\(files)")
                #expect(files.last == "audit.jsonl")
                let sizes = files.map { world.contents(of: $0)?.utf8.count ?? 0 }
                #expect(sizes.allSatisfy { $0 <= 1_024 })
                #expect(sizes.dropLast().allSatisfy { $0 > 512 }, "\(sizes)")
                // Counted upwards, none twice.
                let numbers = files.dropLast().map(Self.number)
                #expect(numbers[0] >= 4 && numbers == Array(numbers[0]..<numbers[0] + 3), "\(numbers)")
                #expect(try ask(world).lines.count == (try records(world).count))
            }
        }

        @Test("the loss of its file to somebody else, with a new one")
        func moved() throws {
            try World.run { world in
                let server = try world.startServer(
                    MetricsTests.admin + Self.proxied + [
                        "--audit", world.file("audit.jsonl"), "--audit-size", "1K", "--audit-keep", "3",
                    ])
                #expect(rename(world.file("audit.jsonl"), world.file("taken")) == 0)
                try TimeLimit.poll("old files") {
                    try Self.knock(server.signalingPort)
                    return try server.metrics()["beeline_audit_rotations_total"] ?? 0 >= 3 ? true : nil
                }
                server.process.send(SIGTERM)
                #expect(try server.process.waitForEnd() == .exited(0))
                #expect(try files(world).last == "audit.jsonl")
                #expect(try ask(world).lines.count == (try records(world).count))
            }
        }

        @Test("one client that is refused all the time, and tells of sessions that are none: it is counted")
        func flood() throws {
            try World.run { world in
                let server = try world.startServer(MetricsTests.admin + ["--audit", world.file("audit.jsonl")])
                let session = SessionIdentifier(high: 1, low: 2)
                let report = SessionReport(
                    path: .direct, durationMilliseconds: 5, bytesSent: 1, bytesReceived: 2, isFinal: true)
                let trickle = Hexadecimal.text(try SignalingMessage.trickle(session, [1]).encoded())
                let figures = Hexadecimal.text(try SignalingMessage.report(session, report).encoded())
                let flooder = try world.start(
                    "flooder", try Tools.other("python3"),
                    ["-c", Self.script, "\(server.signalingPort)", "450:\(trickle)", "100:\(figures)"])
                #expect(try flooder.waitForEnd(seconds: 60) == .exited(0), "\(flooder.errors)")
                let refused = try #require(try server.metrics()["beeline_refusals_total{reason=\"noSuchSession\"}"])
                #expect(refused == 450)
                server.process.send(SIGTERM)
                #expect(try server.process.waitForEnd() == .exited(0))
                let all = try records(world).compactMap { $0 }
                #expect(all.allSatisfy { $0["event"]?.string == "refused" }, "\(all.prefix(3))")
                let omitted = all.compactMap { $0["omitted"]?.number }.reduce(0, +)
                // A minute may end meanwhile.
                #expect(all.count <= 2 * 30 + 2)
                // The end of the server may be a refusal, too.
                let told = omitted + Double(all.count { $0["omitted"] == nil })
                #expect(told == refused || told == refused + 1, "\(told)")
            }
        }

        /// Sends messages, in hexadecimal, so many times each, and waits until a ping is answered.
        private static let script = """
            import socket, sys
            stream = socket.create_connection(("127.0.0.1", int(sys.argv[1])), timeout=20)
            stream.sendall(b"GET / HTTP/1.1\\r\\nHost: x\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\n"
                b"Sec-WebSocket-Version: 13\\r\\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\\r\\n\\r\\n")
            stream.recv(4096)
            for text in sys.argv[2:]:
                count, payload = text.split(":")
                payload = bytes.fromhex(payload)
                for _ in range(int(count)):
                    stream.sendall(bytes([0x82, 0x80 | len(payload), 0, 0, 0, 0]) + payload)
            stream.sendall(b"\\x89\\x84\\0\\0\\0\\0over")
            seen = b""
            while b"\\x8a\\x04over" not in seen:
                part = stream.recv(65536)
                if not part: sys.exit("the server closed it")
                seen += part
            """

        @Test("the change of the day, in another file")
        func days() throws {
            try World.run { world in
                let old = "{\"event\":\"refused\",\"reason\":\"old\",\"time\":\"2026-01-01T00:00:00Z\"}\n"
                try world.write(old, to: "audit.jsonl")
                var times = [timeval(tv_sec: 1_767_225_600, tv_usec: 0), timeval(tv_sec: 1_767_225_600, tv_usec: 0)]
                #expect(utimes(world.file("audit.jsonl"), &times) == 0)
                let server = try world.startServer(
                    MetricsTests.admin + ["--audit", world.file("audit.jsonl"), "--audit-daily"])
                try Self.knock(server.signalingPort)
                try TimeLimit.poll("a record on the disk") {
                    try server.metrics()["beeline_audit_records_synced_total"] == 1 ? true : nil
                }
                #expect(world.contents(of: "audit.jsonl.1") == old)
                #expect(try ask(world).lines.compactMap { JSON($0)?["reason"]?.string } == ["old", "noSuchRoom"])
                #expect(try ask(world, ["--since", "1h"]).lines.count == 1)
            }
        }
    }
}
