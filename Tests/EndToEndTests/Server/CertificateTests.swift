import Foundation
import Glibc
import Testing

extension EndToEnd {
    @Suite("A certificate is replaced while the server runs", .serialized)
    struct CertificateTests {
        @Test("a session goes on, new connections get the new one, and files that are no good change nothing")
        func replacement() throws {
            try World.run { world in
                let first = try world.makeCertificate(for: "127.0.0.1", named: "first")
                let (certificate, key) = (world.file("certificate.pem"), world.file("key.pem"))
                try replace(certificate, first.certificate)
                try replace(key, first.key)
                let server = try world.startServer([
                    "--port", "0", "--turn-port", "0", "--turn-tls-port", "0", "--tls-certificate", certificate,
                    "--tls-key", key,
                ])
                let ports = try Self.ports(server)
                #expect(try ports.map { try fingerprint(world, $0) } == [try print(world, first.certificate)] * 2)
                let host = try world.startHost(
                    server,
                    ["--screen", "test:320x240", "--relay", "only", "--once", "--server-certificate", certificate])
                let viewer = try world.startViewer(
                    try host.code(number: 0), server,
                    ["--relay", "only", "--server-certificate", certificate, "--duration", "600"])
                try viewer.event("first_frame")

                // The files' new contents are noticed by themselves.
                let second = try world.makeCertificate(for: "127.0.0.1", named: "second")
                try replace(certificate, second.certificate)
                try replace(key, second.key)
                let wanted = [try print(world, second.certificate)] * 2
                try TimeLimit.poll("the second certificate", seconds: 60) {
                    try ports.map { try fingerprint(world, $0) } == wanted ? true : nil
                }
                // A key of another certificate, then no certificate at all: said, and nothing changes.
                for (broken, word) in [(key, first.key), (certificate, first.key)] {
                    let before = server.process.errors.count
                    try replace(broken, word)
                    server.process.send(SIGHUP)
                    try TimeLimit.poll("a complaint", seconds: 60) {
                        server.process.errors.dropFirst(before).contains("cannot be used") ? true : nil
                    }
                    #expect(try ports.map { try fingerprint(world, $0) } == wanted)
                }
                // And a third one on SIGHUP.
                let third = try world.makeCertificate(for: "127.0.0.1", named: "third")
                try replace(certificate, third.certificate)
                try replace(key, third.key)
                server.process.send(SIGHUP)
                try TimeLimit.poll("the third certificate", seconds: 60) {
                    try ports.map { try fingerprint(world, $0) } == [try print(world, third.certificate)] * 2
                        ? true : nil
                }
                for process in [host, viewer] {
                    #expect(process.events("signaling_lost").isEmpty && process.events("path_lost").isEmpty)
                }
                viewer.send(SIGTERM)
                #expect(try viewer.waitForEnd() == .exited(0))
                // The goodbye came over the relay and its TLS, as all before it.
                #expect(try host.waitForEnd() == .exited(0))
                #expect(try host.event("ended")["reason"]?.string == "closed-by-peer")
            }
        }

        /// As programs that renew certificates do: the new file takes the old one's name.
        private func replace(_ path: String, _ source: String) throws {
            try FileManager.default.copyItem(atPath: source, toPath: path + ".new")
            guard rename(path + ".new", path) == 0 else { throw Failure("rename") }
        }

        /// Signaling's, and that of TURN over TLS.
        private static func ports(_ server: Server) throws -> [UInt16] {
            let text = try server.process.text("turns", of: "listening")
            guard let port = text.split(separator: ":").last.flatMap({ UInt16($0) }) else { throw Failure(text) }
            return [server.signalingPort, port]
        }

        /// Of what the server shows to somebody who connects now.
        private func fingerprint(_ world: World, _ port: UInt16) throws -> String {
            let command =
                "openssl s_client -connect 127.0.0.1:\(port) </dev/null 2>/dev/null | openssl x509 -noout -fingerprint -sha256"
            return try output(world, "sh", ["-c", command])
        }

        private func print(_ world: World, _ file: String) throws -> String {
            try output(world, "openssl", ["x509", "-in", file, "-noout", "-fingerprint", "-sha256"])
        }

        private func output(_ world: World, _ program: String, _ arguments: [String]) throws -> String {
            let process = try world.start(program, try Tools.other(program), arguments)
            _ = try process.waitForEnd()
            process.readOutput()
            return process.lines.joined()
        }
    }
}

private func * (values: [String], count: Int) -> [String] { (0..<count).flatMap { _ in values } }
