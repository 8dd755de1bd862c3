import Rendezvous
import Testing
import WireFormat

/// Several servers that share nothing, behind a load balancer that knows of a connection what its path says.
@Suite struct FleetTests {
    @Test func pathsNameVenues() throws {
        for venue in [Venue.room(RoomNumber(1)!), .room(RoomNumber(.max)!), .host(MessageTests.host)] {
            #expect(Venue(urlPath: venue.urlPath) == venue)
        }
        let long = String(repeating: "0", count: 66)
        for path in [
            "", "/", "/room", "/room/", "/room/0", "/room/07", "/room/+7", "/room/x", "/room/7/", "//room/7", "room/7",
            "/room/4294967296", "/host/", "/host/12", "/host/\(long)", "/host/\(MessageTests.host)x", "/other/7",
        ] {
            #expect(Venue(urlPath: path) == nil, "\(path)")
        }
    }

    @Test func hostsSpreadByTheirPathsAndAreFound() throws {
        var fleet = Fleet(seed: 1, servers: 3)
        for _ in 0..<300 { fleet.add(.hostRoom(nil)) }
        fleet.run(for: .seconds(1))
        let rooms = fleet.clients.compactMap(\.room)
        #expect(rooms.count == 300 && Set(rooms).count == 300)
        for server in fleet.servers { #expect(server.statistics.venues > 40) }
        for (index, room) in rooms.enumerated() {
            #expect(fleet.servers[fleet.responsible(for: Venue.room(room).urlPath)].isOpen(.room(room)))
            let viewer = fleet.add(.join(.room(room), offer: [1]))
            fleet.run(for: .milliseconds(1))
            #expect(fleet.clients[viewer].session != nil, "\(index)")
            #expect(fleet.clients[viewer].connects == 1)
        }
    }

    @Test func aServerDiesAndReturns() throws {
        var fleet = Fleet(seed: 2, servers: 2)
        let hosts = (0..<40).map { _ in fleet.add(.hostRoom(nil)) }
        fleet.run(for: .seconds(1))
        let rooms = hosts.map { fleet.clients[$0].room }
        fleet.stop(0)
        fleet.run(for: .seconds(30))
        // The others took them in, under their numbers.
        #expect(hosts.map { fleet.clients[$0].room } == rooms)
        #expect(fleet.servers[1].statistics.venues == 40)
        fleet.start(0)
        // It is asked first again, has nobody yet, and says so.
        for room in rooms {
            let viewer = fleet.add(.join(.room(try #require(room)), offer: [1]))
            fleet.run(for: .milliseconds(1))
            #expect(fleet.clients[viewer].session != nil)
        }
    }

    @Test func aNumberThatNobodyHasIsRefusedAtOnce() throws {
        var fleet = Fleet(seed: 3, servers: 3)
        let viewer = fleet.add(.join(.room(RoomNumber(7)!), offer: [1]))
        fleet.run(for: .milliseconds(1))
        #expect(fleet.clients[viewer].refusals == [.noSuchRoom])
        #expect(fleet.clients[viewer].connects == 2)
    }

    /// A code is used up: the next one has another number, and its connection another path.
    @Test func aNewRoomIsAtItsOwnServer() throws {
        var fleet = Fleet(seed: 4, servers: 3)
        let host = fleet.add(.hostRoom(nil))
        fleet.run(for: .seconds(1))
        var numbers: Set<RoomNumber> = []
        for _ in 0..<20 {
            let room = try #require(fleet.clients[host].room)
            numbers.insert(room)
            #expect(fleet.servers[fleet.responsible(for: Venue.room(room).urlPath)].isOpen(.room(room)))
            try fleet.renew(host)
            fleet.run(for: .seconds(1))
        }
        #expect(numbers.count == 20, "a number that was in use lately is not given again")
    }

    /// One server by itself gives another number in place of one that is taken, over the same connection.
    @Test func oneServerGivesAnotherNumber() throws {
        var fleet = Fleet(seed: 5, servers: 1, isSharing: false)
        let hosts = (0..<120).map { _ in fleet.add(.hostRoom(nil)) }
        fleet.run(for: .seconds(1))
        let rooms = hosts.compactMap { fleet.clients[$0].room }
        #expect(Set(rooms).count == 120)
        #expect(hosts.allSatisfy { fleet.clients[$0].connects == 1 })
        // Short numbers for few hosts, longer ones before half of the short ones are in use.
        #expect(rooms.prefix(40).allSatisfy { $0.value < 100 })
        #expect(rooms.filter { $0.value < 100 }.count < 70)
    }
}

/// Servers, clients, and what nginx does between them with `hash $uri` and `proxy_next_upstream error http_404`.
private struct Fleet {
    struct Client {
        var machine: RendezvousClient
        var connection: (server: Int, identifier: ConnectionIdentifier)?
        var room: RoomNumber?
        var session: SessionIdentifier?
        var refusals: [Reason] = []
        var connects = 0
    }

    var servers: [RendezvousServer] = []
    var clients: [Client] = []
    private var isUp: [Bool]
    private var now = Instant.zero
    private var random: SeededRandom
    private var configuration = RendezvousServer.Configuration()
    private var nextConnection: UInt64 = 1

    init(seed: UInt64, servers count: Int, isSharing: Bool = true) {
        random = SeededRandom(seed: seed)
        configuration.opensNamedRoomsOnly = isSharing
        isUp = Array(repeating: true, count: count)
        for _ in 0..<count { servers.append(RendezvousServer(configuration: configuration, random: random.fork())) }
    }

    @discardableResult
    mutating func add(_ purpose: RendezvousClient.Purpose) -> Int {
        clients.append(Client(machine: RendezvousClient(purpose: purpose, random: random.fork(), now: now)))
        settle()
        return clients.count - 1
    }

    mutating func renew(_ client: Int) throws {
        try clients[client].machine.renewRoom(.finished, at: now)
        settle()
    }

    mutating func stop(_ server: Int) {
        isUp[server] = false
        for index in clients.indices where clients[index].connection?.server == server {
            clients[index].connection = nil
            clients[index].machine.transportClosed(at: now)
        }
        settle()
    }

    mutating func start(_ server: Int) {
        isUp[server] = true
        servers[server] = RendezvousServer(configuration: configuration, random: random.fork())
    }

    func responsible(for path: String) -> Int {
        let hash = path.prefix { $0 != "?" }.utf8.reduce(UInt64(0xCBF2_9CE4_8422_2325)) {
            ($0 ^ UInt64($1)) &* 0x100_0000_01B3
        }
        return Int((hash >> 32) % UInt64(servers.count))
    }

    mutating func run(for interval: Interval) {
        let end = now + interval
        while let next = (servers.map(\.nextDeadline) + clients.map(\.machine.nextDeadline)).compactMap({ $0 }).min(),
            next <= end
        {
            now = max(now, next)
            for index in servers.indices { servers[index].advance(to: now) }
            for index in clients.indices { clients[index].machine.advance(to: now) }
            settle()
        }
        now = end
    }

    private mutating func settle() {
        var isBusy = true
        while isBusy {
            isBusy = false
            for index in clients.indices where drainClient(index) { isBusy = true }
            for index in servers.indices where drainServer(index) { isBusy = true }
        }
    }

    private mutating func connect(_ client: Int, path: String) {
        clients[client].connects += 1
        let first = responsible(for: path)
        let message = clients[client].machine.firstMessage
        for step in servers.indices {
            let server = (first + step) % servers.count
            guard isUp[server] else { continue }
            if let message, !path.hasSuffix("?here"), configuration.opensNamedRoomsOnly,
                case .join(let venue, _)? = try? SignalingMessage(message.span), !servers[server].isOpen(venue)
            {
                continue
            }
            let identifier = ConnectionIdentifier(nextConnection)
            nextConnection += 1
            let source = TransportAddress(ip: .v4(0xC000_0200 + UInt32(client)), port: 50_000)
            let named = Venue(urlPath: path.prefix { $0 != "?" })
            guard (try? servers[server].connected(identifier, from: source, naming: named, at: now)) != nil else {
                break
            }
            clients[client].connection = (server, identifier)
            if let message { try? servers[server].receive(message.span, from: identifier, at: now) }
            clients[client].machine.transportOpened(isFirstMessageTaken: message != nil, at: now)
            return
        }
        clients[client].machine.transportClosed(isUnknown: isUp.contains(true), at: now)
    }

    private mutating func drainClient(_ index: Int) -> Bool {
        var isBusy = false
        while true {
            guard let bytes = clients[index].machine.takeMessage(at: now) else { break }
            isBusy = true
            guard let (server, identifier) = clients[index].connection else { continue }
            try? servers[server].receive(bytes.span, from: identifier, at: now)
        }
        while let event = clients[index].machine.pollEvent() {
            isBusy = true
            switch event {
            case .connect(let path): connect(index, path: path)
            case .disconnect:
                if let (server, identifier) = clients[index].connection {
                    servers[server].disconnected(identifier, at: now)
                }
                clients[index].connection = nil
            case .hosting(.room(let room)): clients[index].room = room
            case .joined(let session, _, _): clients[index].session = session
            case .refused(_, let reason): clients[index].refusals.append(reason)
            default: break
            }
        }
        return isBusy
    }

    private mutating func drainServer(_ index: Int) -> Bool {
        var isBusy = false
        while let (identifier, bytes) = servers[index].pollTransmit() {
            isBusy = true
            guard let client = clients.firstIndex(where: { $0.connection?.identifier == identifier }) else { continue }
            try? clients[client].machine.receive(bytes.span, at: now)
        }
        while let event = servers[index].pollEvent() {
            isBusy = true
            switch event {
            case .serversNeeded(let session, _): servers[index].provide(session, host: [], viewer: [], at: now)
            case .close(let identifier, _): servers[index].disconnected(identifier, at: now)
            default: break
            }
        }
        return isBusy
    }
}
