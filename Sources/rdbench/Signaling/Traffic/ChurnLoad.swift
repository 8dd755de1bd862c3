import Foundation
import Rendezvous
import STUN
import TURN
import WireFormat

/// Whole sessions that come and go: a host opens a room, a viewer joins, the host answers, the viewer allocates a relayed
/// address with what the server gave it, a few packets go to the host and back, and everything is given back.
final class ChurnLoad {
    struct Tally: Sendable {
        var begun = 0
        var ended = 0
        /// Sessions that did not come to their end in time, or lost a connection before.
        var failed = 0
        var packetsSent = 0
        var packetsReturned = 0
        /// From the moment at which the host should begin to connect to the last descriptor's end.
        var milliseconds: [Double] = []
        /// Of the first session that failed.
        var problem: String?
    }

    private static let packets = 4
    private static let payloadBytes = 100
    private static let blobBytes = 800
    /// A session of some milliseconds that is not over by then has failed.
    private static let patience = 15.0
    /// A payload that is not back by then is lost: it is UDP.
    private static let payloadPatience = 1.0
    /// Addresses of each kind; none comes again before whatever the server remembers of it is gone.
    private static let addresses: UInt32 = 60_000
    private static let hostSources: UInt32 = 600
    private static let firstHost: UInt32 = 0x7F20_0001
    private static let firstViewer: UInt32 = 0x7F22_0001
    private static let firstPeer: UInt32 = 0x7F26_0001

    private struct Session {
        let startedAt: Double
        let host: SignalingSockets.Socket
        var viewer: SignalingSockets.Socket?
        var identifier: SessionIdentifier?
        var servers: [TraversalServer] = []
        var client: TURN.Client?
        var relayed: TransportAddress?
        var returned = 0
        var sentAt: Double?
        /// Everything was asked to end.
        var isEnding = false
        var openSockets = 1
    }

    private let sockets: SignalingSockets
    private let datagrams: LoopbackSocket
    private var random: SeededRandom
    private let blob: [UInt8]
    private let payload: [UInt8]
    private var sessions: [Int: Session] = [:]
    private(set) var tally = Tally()

    /// Call it on the thread that runs it.
    init(server: TransportAddress, seed: UInt64) throws(BenchFailure) {
        sockets = try SignalingSockets(server: server)
        datagrams = try LoopbackSocket()
        random = SeededRandom(seed: seed)
        blob = random.bytes(count: Self.blobBytes)
        payload = random.bytes(count: Self.payloadBytes)
    }

    private var now: Instant { Instant(nanoseconds: Int64(ProcessorClock.wallSeconds * 1e9)) }

    /// Begins so many sessions a second until the time is over, then waits for the last ones.
    ///
    /// - Parameter look: called again and again with what was done so far.
    func run(
        perSecond rate: Double, seconds: Double, look: (Tally) throws(BenchFailure) -> Void
    ) throws(BenchFailure) {
        let start = ProcessorClock.wallSeconds
        let earlier = tally.begun
        while true {
            let elapsed = ProcessorClock.wallSeconds - start
            while tally.begun - earlier < Int(min(elapsed, seconds) * rate) {
                try begin(startedAt: start + Double(tally.begun - earlier + 1) / rate)
            }
            if elapsed >= seconds, sessions.isEmpty { return }
            try sockets.poll(milliseconds: 1) { _, tag, event throws(BenchFailure) in
                if tag % 2 == 0 { try take(event, ofHostOf: tag / 2) } else { take(event, ofViewerOf: tag / 2) }
            }
            while datagrams.receive({ take($0) }) > 0 {}
            tick()
            try look(tally)
        }
    }

    private func begin(startedAt: Double) throws(BenchFailure) {
        let number = tally.begun
        tally.begun += 1
        let host = try sockets.open(
            tag: 2 * number, from: Self.firstHost + UInt32(number) % Self.hostSources, path: "/")
        sessions[number] = Session(startedAt: startedAt, host: host)
    }

    private func take(_ event: SignalingSockets.Event, ofHostOf number: Int) throws(BenchFailure) {
        guard let session = sessions[number] else { return }
        switch event {
        case .opened: sockets.send(.openRoom(nil, token: []), to: session.host)
        case .message(.hosting(let venue, _)):
            sessions[number]?.viewer = try sockets.open(
                tag: 2 * number + 1, from: Self.firstViewer + UInt32(number) % Self.addresses,
                path: venue.urlPath, firstMessage: .join(venue, offer: blob))
            sessions[number]?.openSockets += 1
        case .message(.incoming(let identifier, _, _, _)): sockets.send(.answer(identifier, blob), to: session.host)
        case .message(.refused(let subject, let reason, _)): fail(number, "the host is refused: \(subject) \(reason)")
        case .message: break
        case .closed: closed(number)
        }
    }

    private func take(_ event: SignalingSockets.Event, ofViewerOf number: Int) {
        switch event {
        case .message(.joined(let identifier, let servers, _)):
            sessions[number]?.identifier = identifier
            sessions[number]?.servers = servers
        case .message(.answer): allocate(number)
        case .message(.refused(let subject, let reason, _)): fail(number, "the viewer is refused: \(subject) \(reason)")
        case .opened, .message: break
        case .closed: closed(number)
        }
    }

    /// As rdpeer does, with the challenge that the server told ahead.
    private func allocate(_ number: Int) {
        guard let entry = sessions[number]?.servers.first(where: { $0.kind == .turn && $0.transport == .udp }) else {
            return fail(number, "no relay is named")
        }
        var configuration = TURN.Client.Configuration(
            server: TransportAddress(ip: sockets.server.ip, port: entry.port), username: entry.username,
            password: entry.password)
        configuration.challenge = entry.challenge.map {
            Challenge(realm: Array($0.realm.utf8), nonce: Array($0.nonce.utf8), algorithms: $0.algorithms)
        }
        var client = TURN.Client(
            configuration: configuration, local: address(Self.firstViewer, number), random: random.fork(), now: now)
        client.start(at: now)
        sessions[number]?.client = client
        transmit(number)
    }

    private func take(_ arrival: LoopbackSocket.Arrival) {
        let address = arrival.destination.bits
        if let number = number(of: address, Self.firstPeer) {
            // The peer returns what it gets.
            guard let relayed = sessions[number]?.relayed else { return }
            queue(arrival.bytes, from: address, to: relayed)
        } else if let number = number(of: address, Self.firstViewer), let client = sessions[number]?.client {
            let path = Path(local: client.local, remote: arrival.source)
            let datagram = Span<UInt8>(_bytes: RawSpan(_unsafeBytes: arrival.bytes))
            if case .payload? = try? sessions[number]?.client?.receive(datagram, on: path, at: now) {
                tally.packetsReturned += 1
                sessions[number]?.returned += 1
                if sessions[number]?.returned == Self.packets { sessions[number]?.client?.deallocate(at: now) }
            }
            transmit(number)
            takeEvents(number)
        }
    }

    private func takeEvents(_ number: Int) {
        while let event = sessions[number]?.client?.pollEvent() {
            switch event {
            case .allocated(let relayed, _):
                sessions[number]?.relayed = relayed
                _ = sessions[number]?.client?.bindChannel(to: address(Self.firstPeer, number), at: now)
                transmit(number)
            case .channelBound: sendPayloads(number)
            case .deallocated: end(number)
            case .failed, .channelRefused, .permissionRefused: fail(number, "the relay: \(event)")
            default: break
            }
        }
    }

    private func sendPayloads(_ number: Int) {
        guard var client = sessions[number]?.client else { return }
        let payload = payload
        sessions[number]?.sentAt = ProcessorClock.wallSeconds
        for _ in 0..<Self.packets {
            var path: Path?
            let packet = [UInt8](capacity: 1_500) { packet in
                path = client.send(payload.span, to: address(Self.firstPeer, number), into: &packet, at: now)
            }
            guard let path else { continue }
            tally.packetsSent += 1
            packet.withUnsafeBytes { queue($0, from: path.local.ip.bits, to: path.remote) }
        }
        sessions[number]?.client = client
    }

    /// What is due: repetitions, payloads that do not come, sessions that take too long.
    private func tick() {
        let seconds = ProcessorClock.wallSeconds
        for number in sessions.keys.sorted() {
            guard let session = sessions[number] else { continue }
            if seconds - session.startedAt > Self.patience {
                fail(number, "it does not end")
            } else if let deadline = session.client?.nextDeadline, deadline <= now {
                sessions[number]?.client?.advance(to: now)
                transmit(number)
                takeEvents(number)
            } else if let sentAt = session.sentAt, seconds - sentAt > Self.payloadPatience,
                session.returned < Self.packets
            {
                sessions[number]?.sentAt = nil
                sessions[number]?.client?.deallocate(at: now)
                transmit(number)
            }
        }
    }

    private func transmit(_ number: Int) {
        while true {
            var path: Path?
            let packet = [UInt8](capacity: 1_500) { packet in
                path = sessions[number]?.client?.pollTransmit(into: &packet, at: now)
            }
            guard let path else { return }
            packet.withUnsafeBytes { queue($0, from: path.local.ip.bits, to: path.remote) }
        }
    }

    private func queue(_ bytes: UnsafeRawBufferPointer, from source: UInt32, to target: TransportAddress) {
        datagrams.queue(
            (bytes, UnsafeRawBufferPointer(start: nil, count: 0)), from: source, to: (target.ip.bits, target.port))
        // The bytes are gone with this call.
        datagrams.flush()
    }

    /// The relayed address is given back: both sides go.
    private func end(_ number: Int) {
        guard let session = sessions[number], !session.isEnding else { return }
        sessions[number]?.isEnding = true
        if let viewer = session.viewer, let identifier = session.identifier {
            sockets.send(.leave(identifier, .finished), to: viewer)
            sockets.finish(viewer)
        }
        sockets.send(.closeRoom(.finished), to: session.host)
        sockets.finish(session.host)
    }

    private func closed(_ number: Int) {
        guard var session = sessions[number] else { return }
        session.openSockets -= 1
        sessions[number] = session
        if !session.isEnding { return fail(number, "a connection is lost") }
        guard session.openSockets == 0 else { return }
        sessions[number] = nil
        tally.ended += 1
        tally.milliseconds.append((ProcessorClock.wallSeconds - session.startedAt) * 1_000)
    }

    private func fail(_ number: Int, _ problem: String) {
        guard let session = sessions.removeValue(forKey: number) else { return }
        tally.failed += 1
        tally.problem = tally.problem ?? problem
        sockets.finish(session.host)
        if let viewer = session.viewer { sockets.finish(viewer) }
    }

    private func address(_ first: UInt32, _ number: Int) -> TransportAddress {
        TransportAddress(ip: .v4(first + UInt32(number) % Self.addresses), port: datagrams.port)
    }

    /// The session under way that has this address.
    private func number(of address: UInt32, _ first: UInt32) -> Int? {
        guard address >= first, address < first + Self.addresses else { return nil }
        let offset = Int(address - first)
        let round = Int(Self.addresses)
        let latest = (tally.begun - 1 - offset) / round * round + offset
        return sessions[latest] == nil ? nil : latest
    }
}
