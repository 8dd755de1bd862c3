import STUN
import TURN
import Testing
import WireFormat

/// Servers that are one to their clients: what they share, and what they do not.
@Suite struct TeamTests {
    /// In one thread, so without a lock.
    final class Ledger: TeamLedger, @unchecked Sendable {
        var counts = Server.AllocationCounts()
        var open: Set<TransportAddress> = []

        func count(_ change: (inout Server.AllocationCounts) -> Void) { change(&counts) }

        func note(_ relayed: TransportAddress, isOpen: Bool) {
            if isOpen { open.insert(relayed) } else { open.remove(relayed) }
        }

        func isOpen(_ relayed: TransportAddress) -> Bool { open.contains(relayed) }
    }

    /// Behind a one-to-one NAT, so that bound and advertised addresses differ.
    static let relay = Server.RelayAddress(bound: ip("10.0.0.1"), advertised: ip("203.0.113.1"))

    static func team(
        of count: Int, ledger: Ledger, configure: (inout Server.Configuration) -> Void = { _ in }
    ) -> [Server] {
        (0..<count).map { index in
            var configuration = Server.Configuration(
                secret: World.secret, unixSecondsAtZero: World.unixStart, relays: [relay])
            configuration.team = Server.Team(
                index: index, of: count, nonceKey: [UInt8](repeating: 7, count: 32), ledger: ledger)
            configure(&configuration)
            return Server(configuration: configuration, random: SeededRandom(seed: UInt64(index) + 1))
        }
    }

    @Test(arguments: [1, 2, 3, 8, 64], [49_152...65_535, 50_000...50_255, 40_000...40_300] as [ClosedRange<UInt16>])
    func portsAreDealtOut(count: Int, all: ClosedRange<UInt16>) throws {
        let ledger = Ledger()
        var taken: [UInt16: Int] = [:]
        for index in 0..<count {
            let team = Server.Team(index: index, of: count, nonceKey: [UInt8](repeating: 0, count: 32), ledger: ledger)
            for port in try #require(team.ports(of: all)) { taken[port, default: 0] += 1 }
        }
        #expect(taken.count == all.count && taken.values.allSatisfy { $0 == 1 })
        let team = Server.Team(index: 0, of: 64, nonceKey: [UInt8](repeating: 0, count: 32), ledger: ledger)
        #expect(team.ports(of: 50_000...50_100) == nil)
    }

    /// The challenge of one is good at all, and a quota is for all of them together.
    @Test func challengesAndQuotasAreShared() throws {
        let ledger = Ledger()
        var servers = Self.team(of: 3, ledger: ledger) { $0.limits.allocationsPerUser = 4 }
        var relayed: Set<TransportAddress> = []
        for number in 0..<6 {
            var client = RawClient("198.51.100.7:\(40_000 + number)")
            client.challenge(&servers[number % 3], at: .zero)
            let answer = client.allocate(&servers[(number + 1) % 3], at: .zero)
            if number < 4 {
                relayed.insert(try #require(answer?.relayed))
            } else {
                #expect(answer?.code == .allocationQuotaReached)
            }
            if number == 3 { #expect(ledger.counts.total == 4 && ledger.open == relayed) }
        }
        #expect(relayed.allSatisfy { $0.ip == Self.relay.advertised } && relayed.count == 4)
        // What is over counts no more, wherever it was.
        for index in servers.indices { servers[index].advance(to: .zero + .seconds(3_601)) }
        #expect(ledger.counts.total == 0 && ledger.open.isEmpty)
        #expect(servers.allSatisfy { $0.allocationCount == 0 })
    }

    @Test func theLimitOfAllIsShared() {
        let ledger = Ledger()
        var servers = Self.team(of: 2, ledger: ledger) { $0.limits.allocations = 3 }
        let codes = (0..<5).map { number in
            var client = RawClient("198.51.100.\(number + 1):4000", user: "user\(number)")
            client.challenge(&servers[number % 2], at: .zero)
            return client.allocate(&servers[number % 2], at: .zero)?.code
        }
        #expect(codes == [nil, nil, nil, .insufficientCapacity, .insufficientCapacity])
    }

    /// From one server's client to another's: through the kernel, between the addresses that are bound, and with the
    /// addresses that the clients know; nothing goes to a port that is not open.
    @Test func payloadsCrossFromOneToTheOther() throws {
        var servers = Self.team(of: 2, ledger: Ledger())
        var clients = [RawClient("198.51.100.7:40000"), RawClient("198.51.100.8:40000")]
        var relayed: [TransportAddress] = []
        for index in 0..<2 {
            clients[index].challenge(&servers[index], at: .zero)
            relayed.append(try #require(clients[index].allocate(&servers[index], at: .zero)?.relayed))
        }
        for index in 0..<2 {
            let answer = clients[index].bind(0x4000, to: relayed[1 - index], &servers[index], at: .zero)
            #expect(answer?.isSuccess == true)
        }
        let bound = relayed.map { TransportAddress(ip: Self.relay.bound, port: $0.port) }
        let frame: [UInt8] = [0x40, 0, 0, 3, 1, 2, 3]
        var packet: [UInt8] = []
        var path: Path?
        packet = [UInt8](capacity: 2_048) {
            path = try? servers[0].forward(frame.span, on: clients[0].path, at: .zero, into: &$0)
        }
        #expect(path == Path(local: bound[0], remote: bound[1]) && packet == [1, 2, 3])
        let arrived = [UInt8](capacity: 2_048) {
            path = try? servers[1].forward(
                packet.span, on: Path(local: bound[1], remote: bound[0]), at: .zero, into: &$0)
        }
        #expect(path == clients[1].path && arrived == frame)
        // An address of the relay's own is no peer beyond what is open.
        let other = TransportAddress(ip: relayed[1].ip, port: relayed[1].port ^ 2)
        #expect(clients[0].bind(0x4001, to: other, &servers[0], at: .zero)?.code == .forbidden)
        #expect(clients[1].refresh(lifetimeSeconds: 0, &servers[1], at: .zero)?.isSuccess == true)
        _ = [UInt8](capacity: 2_048) {
            path = try? servers[0].forward(frame.span, on: clients[0].path, at: .zero, into: &$0)
        }
        #expect(path == nil)
    }

    /// A ticket and a token say whose they are; what they do not name, and what is nobody's, stays where it came.
    @Test func ticketsAndTokensTellTheOwner() throws {
        var servers = Self.team(of: 3, ledger: Ledger())
        var client = RawClient()
        client.challenge(&servers[0], at: .zero)
        let request = client.request(.allocate) { message, packet in
            message.add(.requestedTransport, leading: 17, to: &packet)
            message.add(.evenPort, leading: 0x80, to: &packet)
            message.add(.mobilityTicket, [UInt8]().span, to: &packet)
        }
        _ = try servers[2].receive(request.span, on: client.path, at: .zero)
        while let event = servers[2].pollEvent() {
            if case .openRelay(let identifier, _) = event { servers[2].relayOpened(identifier, at: .zero) }
        }
        let (bytes, _) = try #require(poll { servers[2].pollTransmit(into: &$0, at: .zero) })
        let answer = try Message(bytes.span)
        let (wantedTicket, wantedToken) = (
            answer.first(.mobilityTicket)?.value.copied(), answer.first(.reservationToken)?.uint64
        )
        let (ticket, token) = (try #require(wantedTicket), try #require(wantedToken))
        var stranger = RawClient("198.51.100.99:9")
        let move = stranger.request(.refresh) { $0.add(.mobilityTicket, ticket.span, to: &$1) }
        let claim = stranger.request(.allocate) { message, packet in
            message.add(.reservationToken, token, to: &packet)
        }
        for bytes in [move, claim] {
            #expect(servers.map { $0.owner(of: bytes.span, on: stranger.path) } == [2, 2, nil])
            // Who has an allocation there is known there.
            #expect(servers[2].owner(of: bytes.span, on: client.path) == nil)
        }
        let plain = stranger.request(.refresh)
        let wrong = stranger.request(.refresh) {
            $0.add(.mobilityTicket, [UInt8](repeating: 0xFF, count: 24).span, to: &$1)
        }
        for bytes in [plain, wrong, [], [0, 4], [UInt8](repeating: 0, count: 40)] {
            #expect(servers.allSatisfy { $0.owner(of: bytes.span, on: stranger.path) == nil })
        }
    }
}
