import STUN
import TURN
import Testing
import WireFormat

/// SHA-256 between a client and a server that both know it, SHA-1 with those that do not (RFC 8489 section 9.2).
@Suite struct PasswordAlgorithmTests {
    private let path = Path(local: World.serverAddress, remote: address("198.51.100.7:40000"))

    private func makeClient() -> Client {
        let (username, password) = World.credentials()
        let configuration = Client.Configuration(
            server: World.serverAddress, username: username, password: password)
        return Client(
            configuration: configuration, local: address("198.51.100.7:40000"), random: SeededRandom(seed: 4),
            now: .zero)
    }

    /// Everything of the client to the server and back, changed on the way back by `edit`; the client's requests.
    private func exchange(
        _ client: inout Client, _ server: inout Server, edit: ([UInt8]) -> [UInt8] = { $0 }
    ) -> [[UInt8]] {
        var requests: [[UInt8]] = []
        while let (bytes, _) = poll({ client.pollTransmit(into: &$0, at: .zero) }) {
            requests.append(bytes)
            _ = try? server.receive(bytes.span, on: path, at: .zero)
            while let event = server.pollEvent() {
                if case .openRelay(let identifier, _) = event { server.relayOpened(identifier, at: .zero) }
            }
            while let (reply, _) = poll({ server.pollTransmit(into: &$0, at: .zero) }) {
                let edited = edit(reply)
                _ = try? client.receive(
                    edited.span, on: Path(local: path.remote, remote: path.local), at: .zero)
            }
        }
        return requests
    }

    private func integrity(of bytes: [UInt8]) -> [IntegrityAlgorithm] {
        guard let message = try? Message(bytes.span) else { return [] }
        return [.sha1, .sha256].filter { message.hasIntegrity($0) }
    }

    @Test(arguments: [[], [.md5], [.sha256], [.sha256, .md5], [.md5, .sha256]] as [[PasswordAlgorithm]])
    func bothAgree(offered: [PasswordAlgorithm]) {
        var server = World { $0.passwordAlgorithms = offered }.server
        var client = makeClient()
        client.start(at: .zero)
        let requests = exchange(&client, &server)
        #expect(client.relayedAddress != nil && requests.count == 2)
        #expect(requests.map(integrity) == [[], [offered.isEmpty ? .sha1 : .sha256]])
        client.permit(address("192.0.2.9:1"), at: .zero)
        _ = exchange(&client, &server)
        #expect(client.hasPermission(for: ip("192.0.2.9")))
    }

    /// The answer must be protected as the request was: one with SHA-1 or none is not believed.
    @Test func answersAreProtectedAlike() throws {
        var server = World().server
        var client = makeClient()
        client.start(at: .zero)
        var answers: [[IntegrityAlgorithm]] = []
        _ = exchange(&client, &server) { reply in
            answers.append(integrity(of: reply))
            return reply
        }
        #expect(answers == [[], [.sha256]])
        var old = RawClient("198.51.100.9:1")
        old.challenge(&server, at: .zero)
        #expect(old.allocate(&server, at: .zero)?.isAuthentic == true)
    }

    /// Somebody on the way takes the list out of the challenge to have the weaker algorithm used: no answer to that.
    @Test func biddingDownIsNoticed() {
        var server = World().server
        var client = makeClient()
        client.start(at: .zero)
        let requests = exchange(&client, &server) { Self.without(.passwordAlgorithms, in: $0) }
        #expect(requests.count == 1 && client.relayedAddress == nil)
        #expect(client.pollEvent() == .failed(.badAnswer))
    }

    /// Challenges fit into what the client's padded first request allows.
    @Test func challengesAreNotWithheld() {
        for realm in ["beeline", "a realm of forty bytes, which is long ..."] {
            var server = World { $0.realm = realm }.server
            var client = makeClient()
            client.start(at: .zero)
            _ = exchange(&client, &server)
            #expect(server.statistics.withheldAnswers == 0)
        }
    }

    private static func without(_ type: AttributeType, in bytes: [UInt8]) -> [UInt8] {
        var result = Array(bytes.prefix(20))
        var offset = 20
        while offset + 4 <= bytes.count {
            let size = 4 + ((Int(bytes[offset + 2]) << 8 | Int(bytes[offset + 3])) + 3) & ~3
            let found = UInt16(bytes[offset]) << 8 | UInt16(bytes[offset + 1])
            if found != type.rawValue { result += bytes[offset..<min(offset + size, bytes.count)] }
            offset += size
        }
        (result[2], result[3]) = (UInt8((result.count - 20) >> 8), UInt8((result.count - 20) & 255))
        return result
    }
}
