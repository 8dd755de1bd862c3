import NetworkIO
import Rendezvous
import Testing
import WireFormat

/// The rendezvous machines on real WebSockets of this machine's loopback.
@Suite struct SignalingTests {
    static let servers = [TraversalServer(kind: .stun, host: "", port: 3478)]

    static func server(
        _ change: (inout SignalingServer.Configuration) -> Void = { _ in }
    ) throws -> SignalingServer {
        var configuration = SignalingServer.Configuration()
        change(&configuration)
        var hooks = SignalingHooks()
        hooks.challenge = { [1, 2, 3] }
        hooks.verify = { $1 == $2.reversed() }
        hooks.servers = { _, _ in .provide(host: servers, viewer: servers) }
        var system = SystemRandomNumberGenerator()
        return try SignalingServer(configuration: configuration, hooks: hooks, random: SeededRandom(from: &system))
    }

    static func url(_ server: SignalingServer) throws -> SignalingURL {
        try SignalingURL(
            "\(server.isSecure ? "wss" : "ws")://\(server.isSecure ? "localhost" : "127.0.0.1"):\(server.address.port)")
    }

    /// A host and a viewer who has its answer.
    static func introduce(
        _ server: SignalingServer, offer: [UInt8] = [1, 2], trust: SignalingClient.Trust = .system
    ) throws -> (host: SignalingPeerDriver, viewer: SignalingPeerDriver) {
        let host = try SignalingPeerDriver(.hostRoom(nil), url: try url(server), trust: trust, seed: 1)
        #expect(SignalingPeerDriver.turn([host]) { host.room != nil })
        let room = try #require(host.room, "\(host.loop.machine.failures)")
        let viewer = try SignalingPeerDriver(
            .join(.room(room), offer: offer), url: try url(server), trust: trust, seed: 2)
        #expect(SignalingPeerDriver.turn([host, viewer]) { host.session != nil && viewer.session != nil })
        let session = try #require(host.session)
        #expect(viewer.session == session)
        try host.loop.machine.client.answer(session, [3, 4])
        #expect(SignalingPeerDriver.turn([host, viewer]) { viewer.has(.answered(session, [3, 4])) })
        return (host, viewer)
    }

    static func exchangeLargeBlobs(_ host: SignalingPeerDriver, _ viewer: SignalingPeerDriver) throws {
        let session = try #require(host.session)
        let blob = [UInt8](repeating: 0xA5, count: SignalingLimits.blobBytes)
        try viewer.loop.machine.client.trickle(session, blob)
        try host.loop.machine.client.trickle(session, [9])
        #expect(
            SignalingPeerDriver.turn([host, viewer]) {
                host.has(.trickled(session, blob)) && viewer.has(.trickled(session, [9]))
            })
    }

    @Test func twoPeersMeet() throws {
        let server = try Self.server()
        defer { server.stop() }
        let (host, viewer) = try Self.introduce(server)
        try Self.exchangeLargeBlobs(host, viewer)
        #expect(server.statistics.introducedTotal == 1)
        #expect((host.loop.machine.firstMessagesTaken, viewer.loop.machine.firstMessagesTaken) == (0, 1))
        viewer.loop.machine.client.finish(.finished)
        let session = try #require(host.session)
        #expect(SignalingPeerDriver.turn([host, viewer]) { host.has(.ended(session, .finished)) })
        #expect(SignalingPeerDriver.turn([viewer]) { viewer.has(.finished(.finished)) })
        #expect(SignalingPeerDriver.turn([host]) { server.statistics.connections == 1 })
    }

    @Test("An offer too long for a header follows when the WebSocket is open")
    func longOffer() throws {
        let server = try Self.server()
        defer { server.stop() }
        let (host, viewer) = try Self.introduce(server, offer: [UInt8](repeating: 7, count: 1_024))
        try Self.exchangeLargeBlobs(host, viewer)
        #expect(viewer.loop.machine.firstMessagesTaken == 0)
        #expect(server.statistics.introducedTotal == 1)
    }

    @Test func overTLS() throws {
        let certificate = try SelfSignedCertificate()
        defer { certificate.remove() }
        let server = try Self.server {
            $0.certificateFile = certificate.certificateFile
            $0.privateKeyFile = certificate.keyFile
        }
        defer { server.stop() }
        let (host, viewer) = try Self.introduce(server, trust: .certificates(file: certificate.certificateFile))
        try Self.exchangeLargeBlobs(host, viewer)
    }

    @Test func aHostProvesItsIdentity() throws {
        let server = try Self.server()
        defer { server.stop() }
        let identifier = try #require(HostIdentifier((0..<32).map { UInt8($0) }))
        let host = try SignalingPeerDriver(.hostIdentity(identifier), url: try Self.url(server), seed: 1)
        #expect(SignalingPeerDriver.turn([host]) { host.has(.hosting(.host(identifier))) })
    }

    /// The server dies and comes back with no memory: the room is there again, and the peers meet.
    @Test func peersMeetAgainAfterARestart() throws {
        let first = try Self.server()
        let (host, viewer) = try Self.introduce(first)
        let session = try #require(host.session)
        let meeting = try #require(MeetingIdentifier([UInt8](repeating: 5, count: 32)))
        for peer in [host, viewer] { try peer.loop.machine.client.setMeeting(meeting, for: session, at: peer.loop.now) }
        first.stop()
        #expect(
            SignalingPeerDriver.turn([host, viewer]) { host.has(.detached(session)) && viewer.has(.detached(session)) })
        let second = try Self.server { $0.port = first.address.port }
        defer { second.stop() }
        #expect(
            SignalingPeerDriver.turn([host, viewer]) {
                host.has(.met(session, servers: Self.servers)) && viewer.has(.met(session, servers: Self.servers))
            })
        #expect(host.loop.machine.log.filter { $0 == .hosting(.room(host.room!)) }.count == 2)
        try Self.exchangeLargeBlobs(host, viewer)
    }

    @Test func pagesAndOtherRequests() throws {
        let server = try Self.server()
        defer { server.stop() }
        func ask(_ request: String) throws -> String {
            let connection = try RawConnection(to: server.address)
            connection.send(request)
            return try connection.receiveText()
        }
        let health = try ask("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(health.hasPrefix("HTTP/1.1 200") && health.hasSuffix("\r\n\r\nok\n"))
        #expect(try ask("GET /healthz?x=1 HTTP/1.1\r\nHost: x\r\n\r\n").hasSuffix("\r\n\r\nok\n"))
        #expect(try ask("HEAD /healthz HTTP/1.1\r\nHost: x\r\n\r\n").hasSuffix("\r\n\r\n"))
        #expect(try ask("GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n").hasPrefix("HTTP/1.1 404"))
        #expect(try ask("GET /room/7 HTTP/1.1\r\nHost: x\r\n\r\n").hasPrefix("HTTP/1.1 426"))
        #expect(try ask("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\nx").hasPrefix("HTTP/1.1 405"))
        let elsewhere = try RawConnection(to: server.address)
        #expect(throws: SystemFailure.self) { try elsewhere.upgrade(path: "/elsewhere") }
    }

    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func garbageIsAnsweredByTheEndOnly(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let impatient = try Self.server { $0.handshakeTimeout = .milliseconds(300) }
        defer { impatient.stop() }
        for _ in 0..<5 {
            let connection = try RawConnection(to: impatient.address)
            connection.send(random.bytes(count: Int(1 + random.next() % 3_000)) + [13, 10, 13, 10])
            let answer = try connection.receiveText()
            #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 400"), "\(answer.prefix(200))")
        }
        let server = try Self.server()
        defer { server.stop() }
        for _ in 0..<20 {
            let connection = try RawConnection(to: server.address)
            try connection.upgrade(path: "/room/7")
            connection.send(random.bytes(count: 3_000))
            connection.send(RawConnection.frame([], opcode: 8))
        }
        let (host, viewer) = try Self.introduce(server)
        #expect(SignalingPeerDriver.turn([host, viewer]) { server.statistics.connections == 2 })
    }

    @Test func whatIsNoMessageEndsTheConnection() throws {
        let server = try Self.server()
        defer { server.stop() }
        let cases: [(frame: [UInt8], code: UInt16)] = [
            (RawConnection.frame([UInt8](repeating: 0, count: 16_385)), 1_009),
            (RawConnection.frame([], claiming: 1 << 40), 1_009),
            (RawConnection.frame(Array("hello".utf8), opcode: 1), 1_003),
            (RawConnection.frame([1, 2], isFinal: false), 1_002),
            (RawConnection.frame([1, 0x44, 0, 0, 0, 1], isMasked: false), 1_002),
            (RawConnection.frame([1, 2], opcode: 5), 1_002),
            (RawConnection.frame([UInt8](repeating: 0, count: 126), opcode: 9), 1_002),
            // A frame of the right kind with no message in it: the machine refuses it, and says so first.
            (RawConnection.frame([1, 0x7F]), 1_008),
            (RawConnection.frame([]), 1_008),
            // An orderly end is answered by the same code.
            (RawConnection.frame([0x03, 0xE8], opcode: 8), 1_000),
        ]
        for (frame, code) in cases {
            let connection = try RawConnection(to: server.address)
            try connection.upgrade()
            connection.send(frame)
            #expect(try connection.closeCode() == code, "\(frame.prefix(16))")
        }
        #expect(SignalingPeerDriver.turn([]) { server.statistics.connections == 0 })
    }

    @Test func pingsAreAnswered() throws {
        let server = try Self.server()
        defer { server.stop() }
        let connection = try RawConnection(to: server.address)
        try connection.upgrade()
        connection.send(RawConnection.frame([7, 8], opcode: 9))
        var all: [UInt8] = []
        while !all.suffix(4).elementsEqual([0x8A, 2, 7, 8]) {
            let some = try connection.receive()
            try #require(!some.isEmpty)
            all += some
        }
    }

    /// Each costs the loop a write, and none is a message that the machine counts.
    @Test(arguments: [9, 10] as [UInt8]) func `a flood of control frames ends the connection`(_ opcode: UInt8) throws {
        let server = try Self.server()
        defer { server.stop() }
        let connection = try RawConnection(to: server.address)
        try connection.upgrade()
        for _ in 0..<61 { connection.send(RawConnection.frame([], opcode: opcode)) }
        #expect(try connection.closeCode() == 1_002)
    }

    /// What is kept for a client that has not said yet what it wants.
    @Test(arguments: [
        (fields: 10, bytes: 1_000, isTaken: true), (fields: 1, bytes: 4_000, isTaken: true),
        (fields: 1, bytes: 4_100, isTaken: false), (fields: 20, bytes: 1_000, isTaken: false),
        (fields: 65, bytes: 1, isTaken: false),
    ]) func `the head of a request is limited`(fields: Int, bytes: Int, isTaken: Bool) throws {
        let server = try Self.server()
        defer { server.stop() }
        let connection = try RawConnection(to: server.address)
        let head = (0..<fields).map { "X-\($0): \(String(repeating: "a", count: bytes))\r\n" }.joined()
        connection.send("GET /healthz HTTP/1.1\r\nHost: x\r\n\(head)\r\n")
        #expect(try connection.receiveText().hasPrefix("HTTP/1.1 200") == isTaken)
    }

    /// A client that never becomes a WebSocket does not keep its connection.
    @Test func theHandshakeHasATimeLimit() throws {
        let server = try Self.server { $0.handshakeTimeout = .milliseconds(200) }
        defer { server.stop() }
        let silent = try RawConnection(to: server.address)
        let slow = try RawConnection(to: server.address)
        slow.send("GET / HTTP/1.1\r\nHo")
        #expect(try silent.receiveAll().isEmpty)
        #expect(try slow.receiveAll().isEmpty)
    }

    @Test func connectionsPerSourceAreLimited() throws {
        let server = try Self.server { $0.connectionsPerSource = 2 }
        defer { server.stop() }
        let first = try RawConnection(to: server.address)
        let second = try RawConnection(to: server.address)
        try first.upgrade()
        try second.upgrade()
        let third = try RawConnection(to: server.address)
        third.send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(try third.receiveAll().isEmpty)
        first.send(RawConnection.frame([], opcode: 8))
        _ = try first.receiveAll()
        #expect(SignalingPeerDriver.turn([]) { server.statistics.connections == 1 })
        let fourth = try RawConnection(to: server.address)
        fourth.send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(try fourth.receiveText().hasPrefix("HTTP/1.1 200"))
    }

    /// A host that reads nothing while a viewer sends: it is disconnected, the viewer is told, memory stays bounded.
    @Test func aSlowReaderIsDisconnected() throws {
        let server = try Self.server {
            $0.unreadBytes = 64 * 1_024
            $0.rendezvous.messageRate = RateLimit(1_000_000, per: .seconds(60))
            $0.rendezvous.byteRate = RateLimit(1_000_000_000, per: .seconds(60))
            $0.rendezvous.unansweredBytes = .max
        }
        defer { server.stop() }
        let host = try RawConnection(to: server.address, receiveBufferBytes: 4_096)
        try host.upgrade()
        host.send(RawConnection.frame(try SignalingMessage.openRoom(RoomNumber(5), token: []).encoded()))
        #expect(SignalingPeerDriver.turn([]) { server.statistics.venues == 1 })
        let room = try #require(RoomNumber(5))
        let viewer = try SignalingPeerDriver(.join(.room(room), offer: []), url: try Self.url(server), seed: 1)
        #expect(SignalingPeerDriver.turn([viewer]) { viewer.session != nil })
        let session = try #require(viewer.session)
        let blob = [UInt8](repeating: 1, count: SignalingLimits.blobBytes)
        // Far more than the kernel keeps for the two sockets and the server for its channel.
        for _ in 0..<60 {
            // Throws once the session has ended already.
            try? viewer.loop.machine.client.trickle(session, blob)
            viewer.turn()
        }
        #expect(SignalingPeerDriver.turn([viewer]) { viewer.has(.delayed(.joining, .hostGone)) })
    }

    @Test func aHostGoneIsToldFromTheSocketAlone() throws {
        let server = try Self.server()
        defer { server.stop() }
        var connection: RawConnection? = try RawConnection(to: server.address)
        try connection?.upgrade()
        connection?.send(RawConnection.frame(try SignalingMessage.openRoom(nil, token: []).encoded()))
        #expect(SignalingPeerDriver.turn([]) { server.statistics.venues == 1 })
        connection = nil
        #expect(SignalingPeerDriver.turn([]) { server.statistics.connections == 0 })
    }

    @Test func aTakenPortIsToldClearly() throws {
        let server = try Self.server()
        defer { server.stop() }
        #expect(throws: SignalingTransportFailure.self) { try Self.server { $0.port = server.address.port } }
        #expect(throws: SignalingTransportFailure.self) { try Self.server { $0.certificateFile = "/nowhere.pem" } }
        #expect(throws: SignalingTransportFailure.self) {
            try Self.server {
                $0.certificateFile = "/nowhere.pem"
                $0.privateKeyFile = "/nowhere.pem"
            }
        }
    }
}
