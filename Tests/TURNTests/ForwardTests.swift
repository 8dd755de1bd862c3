import STUN
import TURN
import Testing
import WireFormat

/// The way of payloads through a server: `forward` is `receive` without a stop on the way.
@Suite struct ForwardTests {
    private static let peer = address("192.0.2.9:5000")
    private static let stranger = address("192.0.2.66:6")

    /// A server with a client that has a permission and a channel, and where it relays.
    static func server(
        _ transport: TransportProtocol, _ client: inout RawClient
    ) throws -> (server: Server, relayed: TransportAddress) {
        var server = World().server
        client.challenge(&server, at: .zero)
        let relayed = try #require(client.allocate(&server, at: .zero)?.relayed)
        #expect(client.permit([peer], &server, at: .zero)?.isSuccess == true)
        #expect(client.bind(0x4000, to: address("192.0.2.9:5001"), &server, at: .zero)?.isSuccess == true)
        return (server, relayed)
    }

    static func send(_ payload: [UInt8], to peer: TransportAddress) -> [UInt8] {
        [UInt8](capacity: 1_500) { packet in
            let transaction = TransactionIdentifier(high: 1, low: 2)
            var message = MessageBuilder(.indication, .send, transaction: transaction, into: &packet)
            message.add(.xorPeerAddress, xorAddress: peer, to: &packet)
            message.add(.data, payload.span, to: &packet)
            _ = message.finish(&packet)
        }
    }

    static func channelData(_ channel: UInt16, _ payload: [UInt8], padding: Int = 0) -> [UInt8] {
        let (number, size) = (channel, UInt16(payload.count))
        return [UInt8(number >> 8), UInt8(number & 255), UInt8(size >> 8), UInt8(size & 255)] + payload
            + [UInt8](repeating: 0, count: padding)
    }

    /// Whatever comes, both say the same, count the same and write the same bytes.
    @Test(arguments: [TransportProtocol.udp, .tcp, .tls])
    func bothWaysAreOne(transport: TransportProtocol) throws {
        var client = RawClient(transport: transport)
        let (server, relayed) = try Self.server(transport, &client)
        var random = SeededRandom(seed: 7)
        var passed = 0
        for size in [0, 1, 2, 3, 4, 5, 100, 1_199, 1_200] {
            let payload = random.bytes(count: size)
            let fromClient = [
                Self.channelData(0x4000, payload), Self.channelData(0x4000, payload, padding: (4 - size % 4) % 4),
                Self.channelData(0x4001, payload), Self.channelData(0x7FFF, payload),
                Array(Self.channelData(0x4000, payload).dropLast()), Self.send(payload, to: Self.peer),
                Self.send(payload, to: Self.stranger), Array(Self.send(payload, to: Self.peer).dropLast()), [0x40],
                [0, 0x16],
            ]
            let other = Path(transport: transport, local: World.serverAddress, remote: Self.stranger)
            var cases = fromClient.flatMap { [(client.path, $0), (other, $0)] }
            for source in [Self.peer, address("192.0.2.9:5001"), Self.stranger] {
                cases.append((Path(local: relayed, remote: source), payload))
                let vacant = TransportAddress(ip: relayed.ip, port: relayed.port ^ 1)
                cases.append((Path(local: vacant, remote: source), payload))
            }
            for (path, bytes) in cases {
                let isPayload = server.isPayload(bytes.span, on: path)
                #expect(isPayload || bytes.count < 2)
                let (received, forwarded) = (Self.receive(bytes, path, server), Self.forward(bytes, path, server))
                #expect(received == forwarded)
                if received.path != nil { passed += 1 }
            }
        }
        // From the client: three ways to the peers, a channel's padding only for streams counted once more; and back two.
        #expect(passed == 9 * 5)
    }

    private struct Outcome: Equatable {
        var path: Path?
        var bytes: [UInt8]
        var failure: Server.Failure?
        var statistics: Server.Statistics
        var record: Server.AllocationRecord?
    }

    private static func receive(_ bytes: [UInt8], _ path: Path, _ server: Server) -> Outcome {
        var server = server
        var outcome = Outcome(path: nil, bytes: [], failure: nil, statistics: server.statistics)
        do throws(Server.Failure) {
            if case .forward(let forward) = try server.receive(bytes.span, on: path, at: .zero) {
                outcome.path = forward.path
                outcome.bytes = [UInt8](capacity: 2_048) { packet in
                    let isWritten = forward.write(bytes.span, into: &packet)
                    #expect(isWritten)
                }
            }
        } catch { outcome.failure = error }
        outcome.statistics = server.statistics
        outcome.record = server.records.first
        return outcome
    }

    private static func forward(
        _ bytes: [UInt8], _ path: Path, _ server: Server, capacity: Int = 2_048
    ) -> Outcome {
        var server = server
        var outcome = Outcome(path: nil, bytes: [], failure: nil, statistics: server.statistics)
        outcome.bytes = [UInt8](capacity: capacity) { packet in
            do throws(Server.Failure) {
                outcome.path = try server.forward(bytes.span, on: path, at: .zero, into: &packet)
            } catch { outcome.failure = error }
        }
        outcome.statistics = server.statistics
        outcome.record = server.records.first
        return outcome
    }

    /// Requests and answers are nothing to be sent on.
    @Test func requestsAreNoPayloads() throws {
        var client = RawClient()
        let (server, _) = try Self.server(.udp, &client)
        for method in [STUN.Method.binding, .allocate, .refresh, .createPermission, .channelBind] {
            let request = client.plainRequest(method)
            let isPayload = server.isPayload(request.span, on: client.path)
            #expect(!isPayload)
            let outcome = Self.forward(request, client.path, server)
            #expect(outcome.failure == .unexpected && outcome.bytes.isEmpty)
        }
    }

    /// A packet for which there is no room is dropped and counted, not cut.
    @Test(arguments: [(5_000, 36), (5_001, 4)])
    func whatHasNoRoomIsDropped(port: UInt16, header: Int) throws {
        var client = RawClient()
        let (server, relayed) = try Self.server(.udp, &client)
        let path = Path(local: relayed, remote: TransportAddress(ip: Self.peer.ip, port: port))
        let payload = [UInt8](repeating: 7, count: 400)
        for capacity in [0, 3, header, 399 + header] {
            let outcome = Self.forward(payload, path, server, capacity: capacity)
            #expect(outcome.failure == .tooLong && outcome.bytes.isEmpty && outcome.statistics.tooLong == 1)
        }
        let whole = Self.forward(payload, path, server, capacity: 400 + header)
        #expect(whole.path?.remote == client.path.remote)
        #expect(whole.bytes.count == 400 + header && Array(whole.bytes.suffix(400)) == payload)
    }

    /// Thousands of clients come, move about and go: each one's packets leave from its own relayed address.
    @Test(arguments: 0..<3)
    func clientsAreNeverMixedUp(seed: Int) throws {
        var server = World {
            $0.limits.allocationsPerSource = 10_000
            $0.limits.unauthenticatedRequests = Server.RateLimit(perSecond: 10_000, burst: 10_000)
        }.server
        var random = SeededRandom(seed: UInt64(seed))
        var clients: [(client: RawClient, relayed: TransportAddress)] = []
        var gone: [RawClient] = []
        var number = 0
        let peer = Self.peer
        for _ in 0..<1_500 {
            if clients.isEmpty || random.next() % 3 != 0 {
                number += 1
                // Ports and addresses that differ in few bits.
                let remote = seed == 0 ? "198.51.100.7:\(number)" : "[2001:db8:\(number % 7)::\(number % 11)]:\(number)"
                var client = RawClient(remote, user: "u\(number)")
                client.challenge(&server, at: .zero)
                let relayed = try #require(client.allocate(&server, at: .zero)?.relayed)
                #expect(client.bind(0x4000, to: peer, &server, at: .zero)?.isSuccess == true)
                clients.append((client, relayed))
            } else {
                var (client, _) = clients.remove(at: Int(random.next() % UInt64(clients.count)))
                #expect(client.refresh(lifetimeSeconds: 0, &server, at: .zero)?.isSuccess == true)
                gone.append(client)
            }
        }
        #expect(server.allocationCount == clients.count && clients.count > 300)
        for (client, relayed) in clients {
            #expect(Self.forward(Self.channelData(0x4000, [1]), client.path, server).path?.local == relayed)
        }
        for client in gone {
            #expect(Self.forward(Self.channelData(0x4000, [1]), client.path, server).failure == .noAllocation)
        }
    }
}
