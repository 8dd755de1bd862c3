import Foundation
import Rendezvous
import WireFormat

/// Hosts that wait at one server, and viewers that come to them: a share of the load, on a thread of its own.
///
/// Each meeting is what rdpeer does: the viewer's offer goes with its request for a WebSocket, the host answers, the
/// viewer leaves. Meetings begin by the clock, however the earlier ones fare, and what they take counts from there.
final class MeetingLoad {
    /// Connections of hosts on their way at a time.
    private static let window = 64
    /// As much as a handshake message with its candidates takes.
    private static let blobBytes = 800
    /// Hosts and viewers are spread so that no address exceeds what a server takes from one.
    private static let hostsPerSource = 100
    private static let viewerSources = 600
    private static let publishSeconds = 0.05

    private struct Host {
        var socket: SignalingSockets.Socket
        var room: RoomNumber?
    }

    private struct Meeting {
        let startedAt: Double
        var isAnswered = false
    }

    private let sockets: SignalingSockets
    private let control: LoadControl
    private let wanted: Int
    private let firstSource: UInt32
    private var random: SeededRandom
    private let blob: [UInt8]
    private var hosts: [Host?] = []
    private var waiting: [Int] = []
    private var joining = 0
    private var meetings: [SignalingSockets.Tag: Meeting] = [:]
    private var begun = 0
    private var heartbeat = 30.0
    /// Hosts in the order in which they speak next.
    private var pings: [(at: Double, host: Int)] = []
    private var nextPing = 0
    private var tally = LoadControl.Tally()
    private var publishAt = 0.0

    /// - Parameters:
    ///   - number: which of several loads this is; each has addresses of its own.
    ///   - hosts: how many wait.
    init(
        server: TransportAddress, isSecure: Bool, number: Int, hosts: Int, seed: UInt64, control: LoadControl
    ) throws(BenchFailure) {
        sockets = try SignalingSockets(server: server, isSecure: isSecure)
        self.control = control
        wanted = hosts
        firstSource = 0x7F10_0000 + UInt32(number) << 16
        random = SeededRandom(seed: seed &+ UInt64(number))
        blob = random.bytes(count: Self.blobBytes)
    }

    /// Starts a thread for it, which ends when it is told to stop.
    static func start(
        server: TransportAddress, isSecure: Bool, number: Int, hosts: Int, seed: UInt64
    ) -> LoadControl {
        let control = LoadControl()
        Thread.detachNewThread {
            do throws(BenchFailure) {
                try MeetingLoad(
                    server: server, isSecure: isSecure, number: number, hosts: hosts, seed: seed, control: control
                ).run()
            } catch {
                control.change { $0.failure = "\(error)" }
            }
            control.end()
        }
        return control
    }

    private func run() throws(BenchFailure) {
        while true {
            let now = ProcessorClock.wallSeconds
            switch control.order {
            case .gather: break
            case .meet(let rate, let from, let until):
                while begun < Int((min(now, until) - from) * rate) {
                    try meet(startedAt: from + Double(begun + 1) / rate)
                }
            case .stop: return publish()
            }
            try gather()
            ping(now)
            try sockets.poll(milliseconds: 1) { socket, tag, event throws(BenchFailure) in
                if tag >= 0 { try take(event, ofHost: tag, socket) } else { take(event, ofViewer: tag, socket) }
            }
            if now >= publishAt {
                publish()
                publishAt = now + Self.publishSeconds
            }
        }
    }

    private func publish() {
        tally.waiting = waiting.count
        tally.meetingsBegun = begun
        control.change { $0 = tally }
    }

    private func gather() throws(BenchFailure) {
        while joining < Self.window, hosts.count < wanted {
            let source = firstSource + UInt32(1 + hosts.count / Self.hostsPerSource)
            let socket = try sockets.open(tag: hosts.count, from: source, path: "/")
            hosts.append(Host(socket: socket))
            joining += 1
        }
    }

    private func meet(startedAt: Double) throws(BenchFailure) {
        begun += 1
        guard !waiting.isEmpty, let room = hosts[waiting[Int(random.next() % UInt64(waiting.count))]]?.room else {
            tally.viewersLost += 1
            return
        }
        let source = firstSource + 0x8000 + UInt32(begun % Self.viewerSources)
        let venue = Venue.room(room)
        meetings[-begun] = Meeting(startedAt: startedAt)
        _ = try sockets.open(
            tag: -begun, from: source, path: venue.urlPath, firstMessage: .join(venue, offer: blob))
    }

    private func take(
        _ event: SignalingSockets.Event, ofHost host: Int, _ socket: SignalingSockets.Socket
    ) throws(BenchFailure) {
        switch event {
        case .opened: sockets.send(.openRoom(nil, token: []), to: socket)
        case .message(.welcome(let seconds, _)): heartbeat = Double(seconds)
        case .message(.hosting(.room(let room), _)):
            hosts[host]?.room = room
            joining -= 1
            waiting.append(host)
            pings.append((ProcessorClock.wallSeconds + heartbeat, host))
        case .message(.incoming(let session, _, _, _)): sockets.send(.answer(session, blob), to: socket)
        case .message(.leave): tally.told += 1
        case .message(.refused(let subject, let reason, _)):
            throw .programFailed("rdserver", reason: "it refuses a host: \(subject), \(reason)")
        case .message: break
        case .closed:
            if hosts[host]?.room == nil { joining -= 1 }
            tally.hostsLost += 1
            hosts[host] = nil
            waiting.removeAll { $0 == host }
        }
    }

    private func take(
        _ event: SignalingSockets.Event, ofViewer tag: SignalingSockets.Tag, _ socket: SignalingSockets.Socket
    ) {
        switch event {
        case .message(.answer(let session, _)):
            guard let meeting = meetings[tag], !meeting.isAnswered else { return }
            meetings[tag]?.isAnswered = true
            tally.answered += 1
            tally.exchangeMilliseconds.append((ProcessorClock.wallSeconds - meeting.startedAt) * 1_000)
            sockets.send(.leave(session, .finished), to: socket)
            sockets.finish(socket)
        case .closed:
            if meetings.removeValue(forKey: tag)?.isAnswered == false { tally.viewersLost += 1 }
        case .message(.refused): sockets.finish(socket)
        case .opened, .message: break
        }
    }

    /// Each host speaks once a heartbeat, as rdpeer's do.
    private func ping(_ now: Double) {
        while nextPing < pings.count, pings[nextPing].at <= now {
            let host = pings[nextPing].host
            nextPing += 1
            guard let socket = hosts[host]?.socket else { continue }
            sockets.send(.ping(1), to: socket)
            pings.append((now + heartbeat, host))
        }
        if nextPing > 65_536 {
            pings.removeFirst(nextPing)
            nextPing = 0
        }
    }
}
