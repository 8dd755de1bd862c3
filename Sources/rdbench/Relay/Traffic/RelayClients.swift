import Foundation
import STUN
import TURN
import WireFormat

/// Clients of one relay, any number of them on one socket, each with an address of its own.
final class RelayClients {
    /// Requests on their way at a time: no server's buffer runs over.
    private static let window = 32
    private static let patience = 60.0
    /// Between looks for what was lost.
    private static let lookSeconds = 0.1
    private static let pauseMicroseconds: UInt32 = 50
    private static let firstClient: UInt32 = 0x7F01_0001
    private static let firstPeer: UInt32 = 0x7F02_0001

    let socket: LoopbackSocket
    private let server: TransportAddress
    private let seed: UInt64
    private var clients: [TURN.Client] = []
    private var relayed: [TransportAddress] = []
    /// What the server refused, or did not answer.
    private var failure: String?
    private var busy = 0

    init(server: TransportAddress, socket: LoopbackSocket, seed: UInt64) {
        self.server = server
        self.socket = socket
        self.seed = seed
    }

    private var now: Instant { Instant(nanoseconds: RelayClock.now) }

    /// Makes allocations until there are so many.
    func allocate(_ count: Int) throws(BenchFailure) {
        try run(clients.count..<count) { index in
            let (username, password) = RelayProgram.credentials(index)
            let configuration = TURN.Client.Configuration(
                server: server, username: username, password: password, lifetimeSeconds: 3_600)
            let local = TransportAddress(
                ip: .v4(Self.firstClient + UInt32(index)), port: socket.port)
            var client = TURN.Client(
                configuration: configuration, local: local,
                random: SeededRandom(seed: seed &+ UInt64(index)), now: now)
            client.start(at: now)
            clients.append(client)
            relayed.append(local)
        }
    }

    /// Binds channels from each client to so many peers, and says which flows there are: peer by peer, and for each of
    /// these client by client.
    func bind(peers count: Int, port: UInt16) throws(BenchFailure) -> [RelayFlow] {
        for number in 0..<count {
            let peer = TransportAddress(ip: .v4(Self.firstPeer + UInt32(number)), port: port)
            try run(0..<clients.count) { index in clients[index].bindChannel(to: peer, at: now) }
        }
        return (0..<count).flatMap { number in
            clients.indices.map { index in
                RelayFlow(
                    number: index,
                    client: Self.firstClient + UInt32(index), peer: Self.firstPeer + UInt32(number),
                    channel: 0x4000 + UInt16(number), relayed: relayed[index],
                    server: (server.ip.bits, server.port))
            }
        }
    }

    /// Has a request of each of these clients answered.
    private func run(_ range: Range<Int>, begin: (Int) -> Void) throws(BenchFailure) {
        let limit = ProcessorClock.wallSeconds + Self.patience
        var next = range.lowerBound
        var nextLook = ProcessorClock.wallSeconds + Self.lookSeconds
        busy = 0
        while next < range.upperBound || busy > 0 {
            while next < range.upperBound, busy < Self.window {
                begin(next)
                busy += 1
                transmit(next)
                next += 1
            }
            socket.flush()
            if receive() == 0 { usleep(Self.pauseMicroseconds) }
            if ProcessorClock.wallSeconds > nextLook {
                for index in range.lowerBound..<next { advance(index) }
                nextLook = ProcessorClock.wallSeconds + Self.lookSeconds
            }
            if let failure { throw .programFailed("relay", reason: failure) }
            guard ProcessorClock.wallSeconds < limit else {
                throw .programFailed("relay", reason: "it has not answered \(range.count) requests in time")
            }
        }
    }

    /// Renews what is due, and takes the answers.
    func renew() {
        for index in clients.indices where advance(index) { _ = receive() }
        let limit = ProcessorClock.wallSeconds + Self.lookSeconds
        while ProcessorClock.wallSeconds < limit { if receive() == 0 { usleep(Self.pauseMicroseconds) } }
    }

    @discardableResult
    private func advance(_ index: Int) -> Bool {
        guard let deadline = clients[index].nextDeadline, deadline <= now else { return false }
        clients[index].advance(to: now)
        transmit(index)
        take(index)
        return true
    }

    private func receive() -> Int {
        socket.receive { arrival in
            let index = Int(arrival.destination.bits &- Self.firstClient)
            guard clients.indices.contains(index) else { return }
            let path = Path(local: clients[index].local, remote: arrival.source)
            let datagram = Span<UInt8>(_bytes: RawSpan(_unsafeBytes: arrival.bytes))
            _ = try? clients[index].receive(datagram, on: path, at: now)
            transmit(index)
            take(index)
        }
    }

    private func take(_ index: Int) {
        while let event = clients[index].pollEvent() {
            switch event {
            case .allocated(let address, _):
                relayed[index] = address
                busy -= 1
            case .channelBound: busy -= 1
            case .channelRefused, .permissionRefused, .failed: failure = "\(event)"
            default: break
            }
        }
    }

    private func transmit(_ index: Int) {
        let room = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 1_500)
        defer { room.deallocate() }
        while true {
            var packet = OutputSpan(buffer: room, initializedCount: 0)
            let path = clients[index].pollTransmit(into: &packet, at: now)
            let count = packet.finalize(for: room)
            guard let path else { return }
            let bytes = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(room)[..<count])
            socket.queue(
                (bytes, UnsafeRawBufferPointer(start: nil, count: 0)), from: path.local.ip.bits,
                to: (path.remote.ip.bits, path.remote.port))
            // The bytes are gone with this call.
            socket.flush()
        }
    }
}
