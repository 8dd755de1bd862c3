import NetworkIO
import Rendezvous
import Synchronization
import Testing
import WireFormat

/// A client whose server is not there, not one, or not to be trusted: each in words of its own.
@Suite struct SignalingClientTests {
    /// A name that nobody is asked for, since no label is longer than 63 bytes (RFC 1035 section 2.3.4).
    private static let unknownName = String(repeating: "a", count: 64) + ".invalid"

    /// The first end that an attempt comes to.
    private static func failure(
        _ url: SignalingURL, trust: SignalingClient.Trust = .system, path: String = "/"
    ) async throws -> SignalingTransportFailure? {
        let (stream, continuation) = AsyncStream.makeStream(of: SignalingTransportFailure?.self)
        let client = try SignalingClient(url: url, trust: trust, timeout: .seconds(20)) { _, event in
            switch event {
            case .opened: continuation.yield(nil)
            case .closed(let failure): continuation.yield(failure)
            case .message, .reached: break
            }
        }
        client.connect(path: path)
        for await result in stream {
            client.disconnect()
            return result
        }
        return nil
    }

    @Test(arguments: [
        ("ws://example.org", false, "example.org", 80 as UInt16, ""),
        ("wss://example.org", true, "example.org", 443, ""),
        ("ws://127.0.0.1:8080/", false, "127.0.0.1", 8080, ""),
        ("wss://[2001:db8::1]:9/a/b/", true, "2001:db8::1", 9, "/a/b"),
        ("ws://[::1]", false, "::1", 80, ""),
        ("wss://RD.Example.ORG/Prefix", true, "rd.example.org", 443, "/Prefix"),
        ("wss://[2001:DB8:0:0::01]/", true, "2001:db8::1", 443, ""),
    ])
    func urlsAreRead(_ text: String, _ isSecure: Bool, _ host: String, _ port: UInt16, _ prefix: String) throws {
        let url = try SignalingURL(text)
        #expect(url == SignalingURL(isSecure: isSecure, host: host, port: port, prefix: prefix))
        #expect(try SignalingURL(url.description) == url)
    }

    @Test(arguments: [
        "", "example.org", "http://example.org", "ws://", "ws://:80", "ws://a:0", "ws://a:65536", "ws://a:x",
        "ws://a b",
        "ws://[::1", "ws://[192.0.2.1]", "ws://a/?q", "ws://a/#f", "ws://ä", "ws://a:80:90", "ws://user@host",
        "ws://[]:1", "ws://a\r\nX: y", "ws://a:+80", "ws://a:-1", "ws://[::1]:+80", "ws://a:080808", "ws://a:",
    ])
    func wrongURLsAreRefused(_ text: String) {
        #expect(throws: SignalingURL.Failure.self) { try SignalingURL(text) }
    }

    @Test func nobodyListens() async throws {
        let server = try SignalingTests.server()
        let url = try SignalingTests.url(server)
        server.stop()
        let failure = try await Self.failure(url)
        guard case .unreachable(let host, let detail)? = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
        #expect(host == "127.0.0.1:\(url.port)")
        #expect(detail.hasPrefix("connection refused") && !detail.contains("errno"), "in plain words: \(detail)")
    }

    @Test func noSuchHost() async throws {
        let failure = try await Self.failure(try SignalingURL("ws://\(Self.unknownName):1"))
        guard case .unresolved(Self.unknownName, _)? = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
    }

    @Test func notASignalingServer() async throws {
        let server = try SignalingTests.server()
        defer { server.stop() }
        let url = try SignalingTests.url(server)
        let failure = try await Self.failure(
            SignalingURL(isSecure: false, host: url.host, port: url.port, prefix: "/elsewhere"))
        #expect(failure == .notWebSocket("127.0.0.1:\(url.port)", status: 404))
    }

    @Test func plainWhereTLSIsWantedAndTheOtherWay() async throws {
        let server = try SignalingTests.server()
        defer { server.stop() }
        let secure = try await Self.failure(SignalingURL(isSecure: true, host: "127.0.0.1", port: server.address.port))
        #expect(secure == .notTLS("127.0.0.1:\(server.address.port)"))
        let certificate = try SelfSignedCertificate()
        defer { certificate.remove() }
        let tlsServer = try SignalingTests.server {
            $0.certificateFile = certificate.certificateFile
            $0.privateKeyFile = certificate.keyFile
        }
        defer { tlsServer.stop() }
        let plain = try await Self.failure(
            SignalingURL(isSecure: false, host: "127.0.0.1", port: tlsServer.address.port))
        #expect(plain == .closedEarly("127.0.0.1:\(tlsServer.address.port)"))
    }

    @Test func aStrangersCertificateIsNotTrusted() async throws {
        let certificate = try SelfSignedCertificate()
        let other = try SelfSignedCertificate()
        defer { certificate.remove() }
        defer { other.remove() }
        let server = try SignalingTests.server {
            $0.certificateFile = certificate.certificateFile
            $0.privateKeyFile = certificate.keyFile
        }
        defer { server.stop() }
        let url = try SignalingTests.url(server)
        #expect(try await Self.failure(url, trust: .certificates(file: certificate.certificateFile)) == nil)
        for trust in [SignalingClient.Trust.system, .certificates(file: other.certificateFile)] {
            let failure = try await Self.failure(url, trust: trust)
            // In words, without what the library says of its own files.
            let detail = "its certificate is signed by nobody who is trusted here, or is not valid now"
            #expect(failure == .untrusted(url.hostField, detail))
        }
    }

    @Test func filesThatAreNoCertificatesAreNamed() throws {
        let certificate = try SelfSignedCertificate()
        let other = try SelfSignedCertificate()
        defer { certificate.remove() }
        defer { other.remove() }
        let url = SignalingURL(isSecure: true, host: "127.0.0.1", port: 1)
        let missing = "/nowhere.pem cannot be read: No such file or directory"
        for (file, words) in [
            ("/nowhere.pem", missing),
            (certificate.keyFile, "\(certificate.keyFile) holds no certificate in PEM form"),
        ] {
            #expect(throws: SignalingTransportFailure.badCertificate(words)) {
                try SignalingClient(url: url, trust: .certificates(file: file)) { _, _ in }
            }
        }
        let (file, key) = (certificate.certificateFile, certificate.keyFile)
        for (file, key, words) in [
            ("/nowhere.pem", key, missing), (file, "/nowhere.pem", missing),
            (key, key, "\(key) holds no certificate in PEM form"),
            (file, file, "\(file) holds no private key in PEM form that needs no password"),
            (file, other.keyFile, "the key in \(other.keyFile) is not that of the certificate in \(file)"),
        ] {
            #expect(throws: SignalingTransportFailure.badCertificate(words)) {
                try CertificateInspection(of: ServerCertificate(certificateFile: file, privateKeyFile: key))
            }
        }
    }

    @Test func namesAreResolved() async {
        for (name, isKnown) in [("localhost", true), ("192.0.2.7", true), (Self.unknownName, false)] {
            let addresses = await withCheckedContinuation { continuation in
                HostResolver.resolve(name) { continuation.resume(returning: $0) }
            }
            #expect(addresses.isEmpty != isKnown)
        }
    }
}
