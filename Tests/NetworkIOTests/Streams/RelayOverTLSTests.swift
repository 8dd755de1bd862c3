import NetworkIO
import Rendezvous
import TURN
import Testing
import WireFormat

/// TURN over TLS on real sockets: NIO ends the TLS, the loop serves the bytes.
@Suite struct RelayOverTLSTests {
    /// Where the relay is reached.
    enum Entrance: CaseIterable {
        /// A port of its own.
        case relay
        /// The signaling server's.
        case signaling
    }

    private static func sink(
        _ loop: DatagramLoop<RelayTestMachine>
    ) -> RelaySink {
        let mailbox = loop.mailbox
        return RelaySink(framing: RelayWorld.framing) { handover in
            mailbox.post { $0.adoptStream(handover, framing: RelayWorld.framing) }
        }
    }

    /// A relay behind TLS, and what trusts its certificate.
    private final class SecureWorld {
        let world: RelayWorld
        let address: TransportAddress
        let certificate: SelfSignedCertificate
        private let stop: () -> Void

        init(
            _ entrance: Entrance, on ip: String = "127.0.0.1",
            configure: (inout StreamConfiguration) -> Void = { _ in }
        ) throws {
            let world = try RelayWorld(configure: configure)
            let certificate = try SelfSignedCertificate()
            (self.world, self.certificate) = (world, certificate)
            switch entrance {
            case .relay:
                let listener = try SecureStreamListener(
                    on: try #require(TransportAddress("\(ip):0")),
                    certificate: ServerCertificate(
                        certificateFile: certificate.certificateFile, privateKeyFile: certificate.keyFile),
                    sink: RelayOverTLSTests.sink(world.server))
                (address, stop) = (listener.address, { listener.stop() })
            case .signaling:
                var configuration = SignalingServer.Configuration()
                configuration.certificateFile = certificate.certificateFile
                configuration.privateKeyFile = certificate.keyFile
                configuration.relay = RelayOverTLSTests.sink(world.server)
                let server = try SignalingServer(
                    configuration: configuration, hooks: SignalingHooks(), random: SeededRandom(seed: 1))
                (address, stop) = (server.address, { server.stop() })
            }
        }

        deinit {
            stop()
            certificate.remove()
        }

        /// Connects; nil if nothing came of it in time.
        func connect(
            trust: SignalingClient.Trust? = nil, name: String? = nil
        ) throws -> Result<Path, StreamFailure>? {
            let connector = try SecureStreamConnector(
                trust: trust ?? .certificates(file: certificate.certificateFile))
            var result: Result<Path, StreamFailure>?
            world.client.connectSecureStream(to: address, name: name, through: connector, framing: RelayWorld.framing) {
                _, outcome in result = outcome
            }
            world.turn { result != nil }
            return result
        }

        func allocate() throws -> TransportAddress {
            let path = try #require(try connect()).get()
            #expect(path.transport == .tls && path.remote == address)
            world.client.machine.client = world.makeClient(on: path.local, transport: .tls, server: address)
            world.client.machine.client?.start(at: world.client.now)
            world.turn { world.client.machine.client?.relayedAddress != nil }
            let relayed = try #require(world.client.machine.client?.relayedAddress)
            world.client.machine.client?.bindChannel(to: world.peerAddress, at: world.client.now)
            world.turn { world.client.machine.client?.hasChannel(to: world.peerAddress) == true }
            return relayed
        }
    }

    @Test(arguments: Entrance.allCases)
    func payloadsGoBothWays(entrance: Entrance) throws {
        let secure = try SecureWorld(entrance)
        let relayed = try secure.allocate()
        let world = secure.world
        let payloads = (0..<400).map { FrameMachine.frame($0, count: $0 * 7 % 1_190) }
        for start in stride(from: 0, to: payloads.count, by: 40) {
            world.client.machine.outgoing += payloads[start..<start + 40].map { (world.peerAddress, $0) }
            world.turn { world.client.machine.received.count == start + 40 }
        }
        #expect(world.peer.machine.received.map(\.bytes) == payloads)
        #expect(world.peer.machine.received.allSatisfy { $0.path.remote == relayed })
        #expect(world.client.machine.received.map(\.bytes) == payloads)
        let record = try #require(world.server.machine.server.records.first)
        #expect(record.client.transport == .tls && record.client.remote == world.client.machine.client?.local)
        #expect(world.client.machine.client?.mappedAddress == world.client.machine.client?.local)
        #expect(world.server.streamStatistics.framesRejected == 0 && world.server.statistics.rejected == 0)
    }

    /// More than all buffers on the way hold: what waits is held back or dropped whole, and the stream stays in step.
    @Test func aFloodStaysInStep() throws {
        let secure = try SecureWorld(.relay)
        _ = try secure.allocate()
        let world = secure.world
        world.client.machine.outgoing += (0..<2_000).map { (world.peerAddress, FrameMachine.frame($0, count: 1_100)) }
        world.turn { world.client.machine.outgoing.isEmpty }
        // What comes while the buffers are full may be dropped: it is sent again until it is back.
        var turns = 0
        world.turn {
            if turns % 100 == 0 { world.client.machine.outgoing.append((world.peerAddress, [1, 2, 3])) }
            turns += 1
            return world.client.machine.received.last?.bytes == [1, 2, 3]
        }
        let got = world.client.machine.received.map(\.bytes)
        #expect(got.last == [1, 2, 3])
        let sent = Set((0..<2_000).map { FrameMachine.frame($0, count: 1_100) })
        let flood = got.filter { $0 != [1, 2, 3] }
        #expect(!flood.isEmpty && flood.allSatisfy { sent.contains($0) })
        #expect(world.server.streamStatistics.endedByInvalidFrame == 0)
    }

    @Test(arguments: Entrance.allCases)
    func theEndOfOneIsTheEndOfBoth(entrance: Entrance) throws {
        let secure = try SecureWorld(entrance)
        _ = try secure.allocate()
        let world = secure.world
        let path = try #require(world.client.machine.client?.path)
        world.client.closeStream(path)
        world.turn { world.server.machine.server.allocationCount == 0 }
        #expect(world.server.machine.server.allocationCount == 0 && world.server.streamStatistics.connections == 0)
        _ = try secure.allocate()
        let second = try #require(world.client.machine.client?.path)
        world.server.closeStream(Path(transport: .tls, local: second.remote, remote: second.local))
        world.turn { world.client.machine.closed.count == 2 }
        #expect(world.client.machine.closed == [path, second])
    }

    @Test func onlyTrustedCertificatesForTheRightNameDo() throws {
        // An address that the certificate does not have.
        let secure = try SecureWorld(.relay, on: "127.0.0.2")
        let stranger = try SelfSignedCertificate()
        defer { stranger.remove() }
        func isUntrusted(_ result: Result<Path, StreamFailure>?) -> Bool {
            if case .failure(.untrusted) = result { true } else { false }
        }
        #expect(isUntrusted(try secure.connect(trust: .system)))
        #expect(isUntrusted(try secure.connect(trust: .certificates(file: stranger.certificateFile))))
        #expect(isUntrusted(try secure.connect(name: "example.org")))
        #expect(isUntrusted(try secure.connect()))
        #expect(try secure.connect(name: "localhost")?.get().transport == .tls)
        #expect(secure.world.client.streamStatistics.failedToOpen == 4)
    }

    @Test func nobodyListening() throws {
        let secure = try SecureWorld(.relay)
        let connector = try SecureStreamConnector(trust: .system)
        var result: Result<Path, StreamFailure>?
        let nowhere = try #require(TransportAddress("127.0.0.1:1"))
        secure.world.client.connectSecureStream(
            to: nowhere, name: nil, through: connector, framing: RelayWorld.framing
        ) { _, outcome in result = outcome }
        secure.world.turn { result != nil }
        guard case .failure(.system) = result else {
            Issue.record("\(String(describing: result))")
            return
        }
    }

    /// A server that takes the connection and says nothing.
    @Test func silenceIsATimeout() throws {
        let secure = try SecureWorld(.relay)
        let connector = try SecureStreamConnector(trust: .system)
        let silent = try secure.world.server.listenStreams(
            on: try #require(TransportAddress("127.0.0.1:0"))
        ) { _ in .incomplete }
        var result: Result<Path, StreamFailure>?
        secure.world.client.connectSecureStream(
            to: silent, name: nil, through: connector, timeout: .milliseconds(200),
            framing: RelayWorld.framing
        ) { _, outcome in result = outcome }
        secure.world.turn { result != nil }
        #expect(result == .failure(.timeout))
    }

    /// Limits of connections that came in elsewhere are those of the loop's own listeners.
    @Test func aSourceHasSoManyConnections() throws {
        let secure = try SecureWorld(.relay) { $0.connectionsPerSource = 2 }
        // The loop sees a connection with its first byte.
        var clients = (0..<4).compactMap { _ in try? secure.connect()?.get() }.map {
            secure.world.makeClient(on: $0.local, transport: .tls, server: secure.address)
        }
        for index in clients.indices {
            clients[index].start(at: secure.world.client.now)
            secure.world.client.machine.client = clients[index]
            secure.world.turn {
                secure.world.server.streamStatistics.accepted + secure.world.server.streamStatistics.refusedBySource
                    == UInt64(index + 1)
            }
        }
        #expect(secure.world.server.streamStatistics.accepted == 2)
        #expect(secure.world.server.streamStatistics.refusedBySource == 2)
    }

    /// What is neither STUN nor, at the signaling port, HTTP gets nothing.
    @Test(arguments: Entrance.allCases)
    func othersStayOut(entrance: Entrance) throws {
        let secure = try SecureWorld(entrance)
        let plain = try RawStream(to: secure.address)
        plain.write([0, 1, 0, 0, 0x21, 0x12, 0xA4, 0x42] + [UInt8](repeating: 7, count: 12))
        var isClosed = false
        secure.world.turn {
            isClosed = plain.read() == nil
            return isClosed
        }
        #expect(isClosed)
        #expect(secure.world.server.streamStatistics.accepted == 0)
    }
}
