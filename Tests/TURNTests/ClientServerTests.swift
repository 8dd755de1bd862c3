import STUN
import TURN
import Testing
import WireFormat

/// A client against the server, back to back.
@Suite struct ClientServerTests {
    let peer = address("192.0.2.9:5000")

    @Test(arguments: TransportProtocol.allCases)
    func payloadsPassBothWays(transport: TransportProtocol) throws {
        var world = World()
        let (client, relayed) = try world.allocate(transport: transport)
        #expect(world.clientEvents[client] == [.allocated(relayed: relayed, mapped: address("198.51.100.7:40000"))])
        #expect(relayed.ip == ip("203.0.113.1"))

        world.clients[client].permit(peer, at: world.now)
        world.run(for: .seconds(1))
        #expect(world.clientEvents[client].last == .permissionInstalled(peer.ip))
        let indicationSize = world.send([1, 2, 3], from: client, to: peer)
        world.peerSends([4, 5], from: peer, to: relayed)
        world.run(for: .seconds(1))

        world.clients[client].bindChannel(to: peer, at: world.now)
        world.run(for: .seconds(1))
        #expect(world.clientEvents[client].last == .channelBound(peer))
        let channelSize = world.send([6, 7, 8, 9, 10], from: client, to: peer)
        world.peerSends([], from: peer, to: relayed)
        world.peerSends([11], from: peer, to: relayed)
        world.run(for: .seconds(1))

        #expect(indicationSize == 20 + 12 + 4 + 4)
        #expect(channelSize == (transport == .udp ? 9 : 12))
        #expect(world.peerInbox.map(\.bytes) == [[1, 2, 3], [6, 7, 8, 9, 10]])
        #expect(world.peerInbox.allSatisfy { $0.from == relayed && $0.to == peer })
        #expect(world.clientInbox[client].map(\.bytes) == [[4, 5], [], [11]])
        #expect(world.clientInbox[client].allSatisfy { $0.peer == peer })
        #expect(world.serverFailures.isEmpty && world.clientFailures.isEmpty)
        let traffic = world.server.records.first?.traffic
        #expect(traffic?.bytesToPeers == 8 && traffic?.packetsToPeers == 2)
        #expect(traffic?.bytesToClient == 3 && traffic?.packetsToClient == 3)
    }
}

/// What goes wrong between a client and a server, and how both live through it.
@Suite struct ClientServerTroubleTests {
    let peer = address("192.0.2.9:5000")

    @Test(arguments: 0..<12)
    func aLossyNetworkOnlyDelays(seed: Int) {
        var world = World(seed: UInt64(seed))
        world.loss = 0.25
        let client = world.addClient()
        world.run(for: .seconds(40))
        #expect(world.clients[client].relayedAddress != nil)
        world.clients[client].bindChannel(to: peer, at: world.now)
        world.run(for: .seconds(40))
        #expect(world.clients[client].hasPermission(for: peer.ip) && world.clients[client].hasChannel(to: peer))
    }

    /// Given back before the server's answer has come: the server may have made it already.
    @Test(arguments: [5, 15, 25, 35, 45] as [Int64]) func allocationsGivenUpEarlyAreGivenBack(milliseconds: Int64) {
        var world = World()
        let client = world.addClient()
        world.run(for: .milliseconds(milliseconds))
        world.clients[client].deallocate(at: world.now)
        world.run(for: .seconds(1))
        #expect(world.server.allocationCount == 0)
        #expect(world.clientEvents[client].last == .deallocated)
        #expect(world.clients[client].nextDeadline == nil)
    }

    /// Two addresses of one machine: the permission, which is for both, is renewed in the name of the one that has the
    /// channel, for a server looks at the port of its own addresses.
    @Test func aPermissionIsRenewedForThePeerInUse() throws {
        var world = World()
        let first = try world.allocate()
        let gone = try world.allocate("198.51.100.8:40000")
        let second = try world.allocate("198.51.100.9:40000")
        world.clients[first.client].bindChannel(to: second.relayed, at: world.now)
        world.clients[gone.client].deallocate(at: world.now)
        world.run(for: .seconds(1))
        world.clients[first.client].permit(gone.relayed, at: world.now)
        world.clients[second.client].permit(first.relayed, at: world.now)
        world.run(for: .seconds(1_000))
        #expect(!world.clientEvents[first.client].contains { if case .permissionRefused = $0 { true } else { false } })
        world.send([1], from: second.client, to: first.relayed)
        world.run(for: .seconds(1))
        #expect(world.clientInbox[first.client].map(\.bytes) == [[1]])
    }

    @Test func oneSeedGivesOneRun() {
        func trace(_ seed: UInt64) -> UInt64 {
            var world = World(seed: seed)
            world.loss = 0.2
            for port in 40_000..<40_006 {
                world.addClient("198.51.100.7:\(port)")
                world.run(for: .seconds(2))
            }
            for index in world.clients.indices { world.clients[index].bindChannel(to: peer, at: world.now) }
            world.run(for: .seconds(1_000))
            return world.trace
        }
        #expect(trace(5) == trace(5))
        #expect(trace(5) != trace(6))
    }

    /// Three hours: the nonce goes stale, the credentials expire, and nothing is lost.
    @Test(arguments: TransportProtocol.allCases)
    func allocationsLiveAsLongAsTheyAreRefreshed(transport: TransportProtocol) throws {
        var world = World()
        let client = world.addClient(transport: transport, ttlSeconds: 60)
        world.run(for: .seconds(1))
        let relayed = try #require(world.clients[client].relayedAddress)
        world.clients[client].bindChannel(to: peer, at: world.now)
        for round in 0..<180 {
            world.run(for: .seconds(60))
            world.send([UInt8(round)], from: client, to: peer)
            world.peerSends([UInt8(round)], from: peer, to: relayed)
        }
        world.run(for: .seconds(1))
        #expect(world.clients[client].relayedAddress == relayed)
        #expect(world.peerInbox.count == 180 && world.clientInbox[client].count == 180)
        #expect(world.serverFailures.isEmpty && world.clientFailures.isEmpty)
        #expect(world.server.allocationCount == 1)
    }

    @Test func deallocationIsConfirmed() throws {
        var world = World()
        let (client, relayed) = try world.allocate()
        world.clients[client].deallocate(at: world.now)
        #expect(world.clients[client].relayedAddress == nil)
        world.run(for: .seconds(1))
        #expect(world.clientEvents[client].last == .deallocated)
        #expect(world.server.allocationCount == 0 && world.openRelays.isEmpty)
        guard case .allocationEnded(let record, .released) = world.serverEvents.last else {
            Issue.record("no audit event")
            return
        }
        #expect(record.user == "session" && record.relayed == relayed)
        world.clients[client].start(at: world.now)
        world.run(for: .seconds(1))
        #expect(world.clients[client].relayedAddress != nil)
    }

    @Test func allocationsOfVanishedClientsExpire() throws {
        var world = World()
        _ = try world.allocate()
        world.loss = 1
        world.run(for: .seconds(590))
        #expect(world.server.allocationCount == 1)
        world.run(for: .seconds(20))
        #expect(world.server.allocationCount == 0 && world.openRelays.isEmpty)
        guard case .allocationEnded(_, .expired) = world.serverEvents.last else {
            Issue.record("no audit event")
            return
        }
    }

    @Test func wrongPasswordsFail() {
        var world = World()
        let client = world.addClient { $0.password = "wrong" }
        world.run(for: .seconds(1))
        #expect(world.clientEvents[client] == [.failed(.wrongCredentials)])
        #expect(world.server.allocationCount == 0)
    }

    @Test(arguments: [-1, 0])
    func expiredCredentialsFail(ttlSeconds: Int64) {
        var world = World()
        let client = world.addClient(ttlSeconds: ttlSeconds)
        world.run(for: .seconds(1))
        #expect(world.clientEvents[client] == [.failed(.wrongCredentials)])
    }

    @Test(arguments: ["", "session", ":session", "x12:session", "99999999999999999999:session", "-5:session"])
    func userNamesWithoutATimeFail(username: String) {
        var world = World()
        let client = world.addClient {
            $0.username = username
            $0.password = SharedSecret(World.secret).password(for: username)
        }
        world.run(for: .seconds(1))
        #expect(world.clientEvents[client] == [.failed(.wrongCredentials)])
    }

    @Test func quotasAreKept() {
        var world = World {
            $0.limits.allocations = 5
            $0.limits.allocationsPerUser = 2
        }
        for (index, user) in ["a", "a", "a", "b", "b", "c", "d"].enumerated() {
            world.addClient("198.51.100.7:\(40_000 + index)", user: user)
            world.run(for: .seconds(1))
        }
        let ends = world.clientEvents.map { events -> ErrorCode? in
            if case .failed(.refused(let code)) = events.last { code } else { nil }
        }
        #expect(ends == [nil, nil, .allocationQuotaReached, nil, nil, nil, .insufficientCapacity])
        world.clients[0].deallocate(at: world.now)
        world.clients[2].start(at: world.now)
        world.run(for: .seconds(1))
        #expect(world.clients[2].relayedAddress != nil)
    }

    @Test func aSilentServerTimesOut() {
        var world = World()
        world.isServerDown = true
        let client = world.addClient()
        world.run(for: .seconds(39))
        #expect(world.clientEvents[client].isEmpty)
        world.run(for: .seconds(1))
        #expect(world.clientEvents[client] == [.failed(.timeout)])
        world.isServerDown = false
        world.clients[client].start(at: world.now)
        world.run(for: .seconds(1))
        #expect(world.clients[client].relayedAddress != nil)
    }

    /// The server lost everything, its nonces' key too: the client learns it at the next refresh.
    @Test func aRestartedServerIsNoticed() throws {
        var world = World()
        let (client, _) = try world.allocate()
        world.server = World(seed: 77).server
        world.run(for: .seconds(280))
        #expect(world.clientEvents[client].last == .failed(.refused(.allocationMismatch)))
        world.clients[client].start(at: world.now)
        world.run(for: .seconds(1))
        #expect(world.clients[client].relayedAddress != nil)
    }

    /// The answer to the Allocate never came, so that the server refuses another one: what it has is given back, by whoever
    /// asked for it and by nobody else.
    @Test(arguments: [("session", true), ("other", false)])
    func whatWasNeverAnsweredIsReclaimed(user: String, isOurs: Bool) throws {
        var world = World()
        let (client, _) = try world.allocate()
        var asker = world.clients[client].configuration
        (asker.username, asker.password) = World.credentials(user: user)
        world.clients[client] = Client(
            configuration: asker, local: world.clients[client].local, random: SeededRandom(seed: 3), now: world.now)
        world.clients[client].reclaim(at: world.now)
        world.run(for: .seconds(1))
        #expect(world.clientEvents[client].last == .deallocated)
        #expect(world.server.allocationCount == (isOurs ? 0 : 1))
        world.clients[client].start(at: world.now)
        world.run(for: .seconds(1))
        #expect((world.clients[client].relayedAddress != nil) == isOurs)
    }

    /// The server made an allocation and its answer never came: asked with the same request it answers again, and
    /// refuses every other.
    @Test(arguments: [true, false]) func whatWasNeverAnsweredIsAnsweredAgain(isRepeated: Bool) {
        var world = World()
        let client = world.addClient()
        for _ in 0..<1_000 where world.server.allocationCount == 0 { world.run(for: .milliseconds(1)) }
        world.inFlight.removeAll()
        world.isServerDown = true
        world.run(for: .seconds(45))
        #expect(world.clientEvents[client] == [.failed(.timeout)])
        world.isServerDown = false
        if isRepeated {
            world.clients[client].startAgain(at: world.now)
        } else {
            world.clients[client].start(at: world.now)
        }
        world.run(for: .seconds(1))
        #expect((world.clients[client].relayedAddress != nil) == isRepeated)
        #expect(world.server.allocationCount == 1)
    }

    /// Where the server still has an allocation, a request for another one that was lost gets nothing, also when it is
    /// repeated, and costs nothing.
    @Test func whatIsThereIsNotReplaced() throws {
        var world = World()
        let (client, relayed) = try world.allocate()
        let live = world.clients[client]
        world.clients[client] = Client(
            configuration: live.configuration, local: live.local, random: SeededRandom(seed: 3), now: world.now)
        world.isServerDown = true
        world.clients[client].start(at: world.now)
        world.run(for: .seconds(45))
        world.isServerDown = false
        world.clients[client].startAgain(at: world.now)
        world.run(for: .seconds(1))
        #expect(world.clientEvents[client].last == .failed(.refused(.allocationMismatch)))
        #expect(world.server.records.first?.relayed == relayed && world.server.allocationCount == 1)
    }

    @Test func portsThatCannotBeOpenedAreRefused() {
        var world = World()
        world.refusesRelays = true
        let client = world.addClient()
        world.run(for: .seconds(1))
        #expect(world.clientEvents[client] == [.failed(.refused(.insufficientCapacity))])
        #expect(world.server.allocationCount == 0)
        let opened = world.serverEvents.filter { if case .openRelay = $0 { true } else { false } }
        #expect(opened.count == 4)
    }

    @Test func closedConnectionsEndTheirAllocation() throws {
        var world = World()
        let (client, _) = try world.allocate(transport: .tcp)
        let path = world.clients[client].path
        world.server.connectionClosed(Path(transport: .tcp, local: path.remote, remote: path.local))
        world.clients[client].connectionLost()
        world.run(for: .seconds(1))
        #expect(world.server.allocationCount == 0 && world.openRelays.isEmpty)
        #expect(world.clientEvents[client].last == .failed(.connectionLost))
    }

    /// Two clients of one server, each with the other's relayed address as its peer: no socket is needed between.
    @Test(arguments: [false, true])
    func relayedAddressesReachEachOther(withChannels: Bool) throws {
        var world = World()
        let (left, leftRelayed) = try world.allocate("198.51.100.7:40000", user: "left")
        let (right, rightRelayed) = try world.allocate("198.51.100.8:40000", transport: .tcp, user: "right")
        if withChannels {
            world.clients[left].bindChannel(to: rightRelayed, at: world.now)
            world.clients[right].bindChannel(to: leftRelayed, at: world.now)
        } else {
            world.clients[left].permit(rightRelayed, at: world.now)
            world.clients[right].permit(leftRelayed, at: world.now)
        }
        world.run(for: .seconds(1))
        world.send([1], from: left, to: rightRelayed)
        world.send([2, 3], from: right, to: leftRelayed)
        world.run(for: .seconds(1))
        #expect(world.clientInbox[left] == [World.Inbound(peer: rightRelayed, bytes: [2, 3])])
        #expect(world.clientInbox[right] == [World.Inbound(peer: leftRelayed, bytes: [1])])
        #expect(world.peerInbox.isEmpty)
        // The permission is for the server's address, yet no other port of it is reached.
        world.clients[left].permit(address("203.0.113.1:53"), at: world.now)
        world.send([4], from: left, to: address("203.0.113.1:53"))
        world.send([5], from: left, to: World.serverAddress)
        world.run(for: .seconds(1))
        #expect(world.peerInbox.isEmpty && world.serverFailures == [.notPermitted, .notPermitted])
    }

    @Test func clientsAreRedirected() throws {
        // A server that sends everyone on, played by hand.
        var world = World()
        let client = world.addClient { $0.server = address("203.0.113.99:3478") }
        let (bytes, path) = try #require(poll { world.clients[client].pollTransmit(into: &$0, at: .zero) })
        let transaction = try Header(bytes.span).transaction
        let redirection = [UInt8](capacity: 100) { packet in
            var message = MessageBuilder(.errorResponse, .allocate, transaction: transaction, into: &packet)
            message.add(.tryAlternate, to: &packet)
            message.add(.alternateServer, address: World.serverAddress, to: &packet)
            _ = message.finish(&packet)
        }
        _ = try world.clients[client].receive(redirection.span, on: path, at: .zero)
        world.run(for: .seconds(1))
        #expect(world.clients[client].server == World.serverAddress)
        #expect(world.clients[client].relayedAddress != nil)
    }

    @Test func relayedIPv6AddressesWork() throws {
        var world = World()
        let client = world.addClient { $0.family = .ipv6 }
        world.run(for: .seconds(1))
        let relayed = try #require(world.clients[client].relayedAddress)
        #expect(relayed.ip == ip("2001:db8::1"))
        let peer = address("[2a00:1450::5]:9")
        world.clients[client].permit(peer, at: world.now)
        world.clients[client].permit(self.peer, at: world.now)
        world.run(for: .seconds(1))
        world.send([1, 2], from: client, to: peer)
        world.peerSends([3], from: peer, to: relayed)
        world.run(for: .seconds(1))
        #expect(world.peerInbox.map(\.bytes) == [[1, 2]] && world.clientInbox[client].map(\.bytes) == [[3]])
        #expect(
            world.clientEvents[client].contains(.permissionRefused(self.peer.ip, .peerAddressFamilyMismatch)))
    }

    /// An idle client still sends something every 15 seconds.
    @Test func idleClientsKeepTheirMapping() throws {
        var world = World()
        let (client, _) = try world.allocate()
        var longest = Interval.zero
        var last = world.now
        for _ in 0..<3_000 {
            world.run(for: .milliseconds(100))
            if !world.inFlight.isEmpty {
                longest = max(longest, world.now - last)
                last = world.now
            }
        }
        #expect(world.clients[client].relayedAddress != nil && longest < .milliseconds(15_300))
    }
}
