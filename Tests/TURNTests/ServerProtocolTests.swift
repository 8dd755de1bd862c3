import STUN
import TURN
import Testing
import WireFormat

/// The server's answers to requests written by hand.
@Suite struct ServerProtocolTests {
    private let peer = address("192.0.2.9:5000")
    private let other = address("192.0.2.10:5000")

    /// A server and a client that has a nonce.
    private func ready(
        transport: TransportProtocol = .udp, configure: (inout Server.Configuration) -> Void = { _ in }
    ) -> (Server, RawClient) {
        var server = World(configure: configure).server
        var client = RawClient(transport: transport)
        client.challenge(&server, at: .zero)
        return (server, client)
    }

    private func seconds(_ count: Int64) -> Instant { .zero + .seconds(count) }

    @Test func bindingTellsTheMappedAddress() {
        var server = World().server
        for remote in ["198.51.100.7:40000", "[2001:db8::5]:1"] {
            var client = RawClient(remote)
            let bytes = client.plainRequest(.binding, size: MessageBuilder.answerableBindingSize)
            let answer = client.exchange(bytes, with: &server, at: .zero)
            #expect(answer?.mapped == address(remote))
        }
        #expect(server.statistics.bindings == 2)
    }

    @Test func challengesComeWithRealmAndNonce() {
        var (server, client) = ready()
        #expect(client.realm == [UInt8]("beeline".utf8) && client.nonce.count == 33)
        let nonce = client.nonce
        client.challenge(&server, at: seconds(3))
        #expect(client.nonce != nonce)
    }

    @Test func repeatedAllocatesGetTheSameAnswer() throws {
        var (server, client) = ready()
        let transaction = TransactionIdentifier(high: 5, low: 6)
        let first = try #require(client.allocate(&server, at: .zero, transaction: transaction))
        let second = client.allocate(&server, at: seconds(2), transaction: transaction)
        #expect(first.isSuccess && first.isAuthentic && first.lifetimeSeconds == 600)
        #expect(second?.relayed == first.relayed && second?.lifetimeSeconds == 598)
        #expect(client.allocate(&server, at: seconds(2))?.code == .allocationMismatch)
        #expect(server.allocationCount == 1)
    }

    @Test(
        arguments: [(0, 600), (1, 600), (599, 600), (1_000, 1_000), (3_600, 3_600), (.max, 3_600)] as [(UInt32, UInt32)]
    )
    func lifetimesAreHeldWithinLimits(requested: UInt32, granted: UInt32) {
        var (server, client) = ready()
        let answer = client.allocate(&server, at: .zero) { message, packet in
            message.add(.lifetime, requested, to: &packet)
        }
        #expect(answer?.lifetimeSeconds == granted)
        if requested > 0 {
            let refreshed = client.refresh(lifetimeSeconds: requested, &server, at: seconds(5))
            #expect(refreshed?.lifetimeSeconds == granted)
        }
    }

    @Test func allocateObjections() {
        var (server, client) = ready { $0.relays = [Server.RelayAddress(bound: ip("203.0.113.1"))] }
        func code(_ add: (inout MessageBuilder, inout OutputSpan<UInt8>) -> Void) -> ErrorCode? {
            let bytes = client.request(.allocate, add)
            let answer = client.exchange(bytes, with: &server, at: .zero)
            #expect(answer?.isAuthentic == true)
            return answer?.code
        }
        #expect(code { _, _ in } == .badRequest)
        #expect(code { $0.add(.requestedTransport, leading: 6, to: &$1) } == .unsupportedTransport)
        func allocate(_ add: (inout MessageBuilder, inout OutputSpan<UInt8>) -> Void) -> ErrorCode? {
            code { message, packet in
                message.add(.requestedTransport, leading: 17, to: &packet)
                add(&message, &packet)
            }
        }
        let token: UInt64 = 7
        #expect(allocate { $0.add(.reservationToken, token, to: &$1) } == .insufficientCapacity)
        #expect(
            allocate {
                $0.add(.reservationToken, token, to: &$1)
                $0.addEvenPort(reserveNext: false, to: &$1)
            } == .badRequest)
        #expect(
            allocate {
                $0.add(.reservationToken, token, to: &$1)
                $0.add(.requestedAddressFamily, leading: 1, to: &$1)
            } == .badRequest)
        #expect(
            allocate {
                $0.add(.requestedAddressFamily, leading: 1, to: &$1)
                $0.add(.additionalAddressFamily, leading: 2, to: &$1)
            } == .badRequest)
        #expect(
            allocate {
                $0.addEvenPort(reserveNext: true, to: &$1)
                $0.add(.additionalAddressFamily, leading: 2, to: &$1)
            } == .badRequest)
        #expect(allocate { $0.add(.additionalAddressFamily, leading: 1, to: &$1) } == .badRequest)
        #expect(allocate { $0.add(.requestedAddressFamily, leading: 2, to: &$1) } == .addressFamilyNotSupported)
        #expect(allocate { $0.add(.requestedAddressFamily, leading: 9, to: &$1) } == .addressFamilyNotSupported)
        #expect(allocate { $0.add(AttributeType(rawValue: 0x7777), to: &$1) } == .unknownAttribute)
        #expect(server.allocationCount == 0)
    }

    @Test func evenPortsAreEven() {
        var server = World().server
        for port in 0..<20 {
            var client = RawClient("198.51.100.7:\(40_000 + port)", user: "user\(port)")
            client.challenge(&server, at: .zero)
            let answer = client.allocate(&server, at: .zero) { $0.addEvenPort(reserveNext: false, to: &$1) }
            #expect(answer?.relayed?.port.isMultiple(of: 2) == true)
        }
    }

    @Test func requestsWithoutAnAllocationMismatch() {
        var (server, client) = ready()
        #expect(client.refresh(lifetimeSeconds: 600, &server, at: .zero)?.code == .allocationMismatch)
        #expect(client.permit([peer], &server, at: .zero)?.code == .allocationMismatch)
        #expect(client.bind(0x4000, to: peer, &server, at: .zero)?.code == .allocationMismatch)
    }

    @Test func otherUsersAreTurnedAway() {
        var (server, client) = ready()
        _ = client.allocate(&server, at: .zero)
        (client.username, client.password) = World.credentials(user: "somebody else")
        #expect(client.permit([peer], &server, at: .zero)?.code == .wrongCredentials)
        #expect(client.refresh(lifetimeSeconds: 0, &server, at: .zero)?.code == .wrongCredentials)
        #expect(server.allocationCount == 1)
    }

    @Test func requestsMustBeComplete() {
        var (server, client) = ready()
        _ = client.allocate(&server, at: .zero)
        #expect(client.permit([], &server, at: .zero)?.code == .badRequest)
        #expect(client.bind(0x3FFF, to: peer, &server, at: .zero)?.code == .badRequest)
        #expect(client.bind(0x8000, to: peer, &server, at: .zero)?.code == .badRequest)
        #expect(client.bind(0x4000, to: address("192.0.2.9:0"), &server, at: .zero)?.code == .badRequest)
        let v6 = address("[2620::1]:9")
        #expect(client.permit([v6], &server, at: .zero)?.code == .peerAddressFamilyMismatch)
        #expect(client.bind(0x4000, to: v6, &server, at: .zero)?.code == .peerAddressFamilyMismatch)
    }

    @Test func channelsAndPeersStayTogether() {
        var (server, client) = ready()
        _ = client.allocate(&server, at: .zero)
        #expect(client.bind(0x4000, to: peer, &server, at: .zero)?.isSuccess == true)
        #expect(client.bind(0x4000, to: peer, &server, at: .zero)?.isSuccess == true)
        #expect(client.bind(0x4000, to: other, &server, at: .zero)?.code == .badRequest)
        #expect(client.bind(0x4001, to: peer, &server, at: .zero)?.code == .badRequest)
        #expect(client.bind(0x4001, to: other, &server, at: .zero)?.isSuccess == true)
        // Ten minutes later, unrefreshed, the number is free again.
        _ = client.refresh(lifetimeSeconds: 3_600, &server, at: seconds(10))
        #expect(client.bind(0x4000, to: other, &server, at: seconds(599))?.code == .badRequest)
        #expect(client.bind(0x4000, to: other, &server, at: seconds(600))?.isSuccess == true)
    }

    @Test func permissionsAndChannelsHaveLimits() {
        var (server, client) = ready {
            $0.limits.permissionsPerAllocation = 3
            $0.limits.channelsPerAllocation = 2
        }
        _ = client.allocate(&server, at: .zero)
        let peers = (1...5).map { address("192.0.2.\($0):9") }
        #expect(client.permit(peers, &server, at: .zero)?.code == .badRequest)
        #expect(client.bind(0x4000, to: peers[0], &server, at: .zero)?.isSuccess == true)
        #expect(client.bind(0x4001, to: peers[1], &server, at: .zero)?.isSuccess == true)
        #expect(client.bind(0x4002, to: peers[2], &server, at: .zero)?.code == .insufficientCapacity)
        #expect(client.permit([peers[3]], &server, at: .zero)?.code == .insufficientCapacity)
        #expect(client.permit([peers[3]], &server, at: seconds(300))?.isSuccess == true)
    }

    @Test func permissionsLastFiveMinutes() throws {
        var (server, client) = ready()
        let relayed = try #require(client.allocate(&server, at: .zero)?.relayed)
        _ = client.permit([peer], &server, at: .zero)
        let inbound = Path(local: relayed, remote: peer)
        let payload: [UInt8] = [1]
        guard case .forward(let forward) = try server.receive(payload.span, on: inbound, at: seconds(299)) else {
            Issue.record("not forwarded")
            return
        }
        let packet = [UInt8](capacity: 100) { _ = forward.write(payload.span, into: &$0) }
        // A header of 20 bytes, the peer in 12, the payload in 4 and padded.
        #expect(forward.path == client.path && packet.count == 40)
        #expect(throws: Server.Failure.notPermitted) {
            try server.receive(payload.span, on: inbound, at: seconds(300))
        }
        let stranger = Path(local: relayed, remote: other)
        #expect(throws: Server.Failure.notPermitted) {
            try server.receive(payload.span, on: stranger, at: seconds(1))
        }
        let nowhere = Path(local: address("203.0.113.1:65535"), remote: peer)
        #expect(throws: Server.Failure.noAllocation) { try server.receive(payload.span, on: nowhere, at: seconds(1)) }
    }

    @Test func noncesAreTiedToTimeAndAddress() {
        var (server, client) = ready()
        #expect(client.allocate(&server, at: seconds(1_199))?.isSuccess == true)
        // Too old.
        #expect(client.refresh(lifetimeSeconds: 600, &server, at: seconds(1_201))?.code == .staleNonce)
        #expect(client.refresh(lifetimeSeconds: 600, &server, at: seconds(1_202))?.isSuccess == true)
        // Somebody else's, from the future, changed, too short, empty.
        var thief = RawClient("198.51.100.8:40000")
        thief.realm = client.realm
        thief.nonce = client.nonce
        #expect(thief.allocate(&server, at: seconds(1_202))?.code == .staleNonce)
        thief.path = client.path
        thief.path.remote.port += 1
        thief.nonce = client.nonce
        #expect(thief.allocate(&server, at: seconds(1_202))?.code == .staleNonce)
        let nonce = client.nonce
        #expect(client.refresh(lifetimeSeconds: 600, &server, at: seconds(1_200))?.code == .staleNonce)
        for index in nonce.indices {
            client.nonce = nonce
            client.nonce[index] = nonce[index] == 0x30 ? 0x31 : 0x30
            #expect(client.refresh(lifetimeSeconds: 600, &server, at: seconds(1_202))?.code == .staleNonce)
        }
        for bad in [Array(nonce.dropLast()), [], nonce + [0x30], Array(repeating: 0xFF, count: 20)] {
            client.nonce = bad
            #expect(client.refresh(lifetimeSeconds: 600, &server, at: seconds(1_202))?.code == .staleNonce)
        }
    }

    @Test func credentialsMustBeComplete() {
        var (server, client) = ready()
        var identifier = TransactionIdentifier(high: 1, low: 0)
        for missing in 0..<3 {
            identifier = TransactionIdentifier(high: 1, low: UInt64(missing))
            let bytes = [UInt8](capacity: 500) { packet in
                var message = MessageBuilder(.request, .allocate, transaction: identifier, into: &packet)
                if missing != 0 { message.add(.username, client.username, to: &packet) }
                if missing != 1 { message.add(.realm, client.realm.span, to: &packet) }
                if missing != 2 { message.add(.nonce, client.nonce.span, to: &packet) }
                message.addIntegrity(client.key, to: &packet)
                _ = message.finish(&packet)
            }
            #expect(client.exchange(bytes, with: &server, at: .zero)?.code == .badRequest)
        }
    }

    @Test func aSmallRangeOfPortsIsUsedToItsEnd() {
        var server = World { $0.relayPorts = 50_000...50_009 }.server
        var ports: Set<UInt16> = []
        for index in 0..<11 {
            var client = RawClient("198.51.100.7:\(40_000 + index)", user: "user\(index)")
            client.challenge(&server, at: .zero)
            let answer = client.allocate(&server, at: .zero)
            if let port = answer?.relayed?.port { ports.insert(port) }
            #expect(answer?.code == (index == 10 ? .insufficientCapacity : nil))
        }
        #expect(ports == Set(50_000...50_009))
        server.advance(to: seconds(600))
        #expect(server.allocationCount == 0 && server.nextDeadline == nil)
        #expect(server.statistics.allocationsEnded == 10)
    }

    @Test func relaysNobodyOpensAreGivenUp() {
        var server = World().server
        var client = RawClient()
        client.challenge(&server, at: .zero)
        let bytes = client.request(.allocate) { $0.add(.requestedTransport, leading: 17, to: &$1) }
        _ = try? server.receive(bytes.span, on: client.path, at: .zero)
        #expect(server.allocationCount == 1)
        #expect(poll { server.pollTransmit(into: &$0, at: .zero) } == nil)
        server.advance(to: seconds(5))
        #expect(server.allocationCount == 0)
        #expect(poll { server.pollTransmit(into: &$0, at: seconds(5)) } != nil)
    }

    /// As a simulator wants it: every port is open at once.
    @Test func implicitRelaysNeedNoDriver() {
        var server = World { $0.relayOpening = .implicit }.server
        var client = RawClient()
        client.challenge(&server, at: .zero)
        let bytes = client.request(.allocate) { $0.add(.requestedTransport, leading: 17, to: &$1) }
        _ = try? server.receive(bytes.span, on: client.path, at: .zero)
        #expect(poll { server.pollTransmit(into: &$0, at: .zero) } != nil)
        guard case .allocationCreated = server.pollEvent() else {
            Issue.record("no audit event")
            return
        }
        #expect(server.pollEvent() == nil)
    }

    @Test func advertisedAddressesMayDifferFromBoundOnes() throws {
        var server = World {
            $0.relays = [Server.RelayAddress(bound: ip("10.0.0.5"), advertised: ip("203.0.113.1"))]
        }.server
        var client = RawClient()
        client.challenge(&server, at: .zero)
        let relayed = try #require(client.allocate(&server, at: .zero)?.relayed)
        #expect(relayed.ip == ip("203.0.113.1"))
        _ = client.permit([peer], &server, at: .zero)
        let payload: [UInt8] = [9]
        let inbound = Path(local: TransportAddress(ip: ip("10.0.0.5"), port: relayed.port), remote: peer)
        guard case .forward = try server.receive(payload.span, on: inbound, at: .zero) else {
            Issue.record("not forwarded")
            return
        }
        for own in ["10.0.0.5:53", "203.0.113.1:53"] {
            #expect(client.permit([address(own)], &server, at: .zero)?.code == .forbidden)
        }
        #expect(client.permit([relayed], &server, at: .zero)?.isSuccess == true)
    }
}
