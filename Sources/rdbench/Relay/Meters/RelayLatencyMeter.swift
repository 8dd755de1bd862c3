import CLinux
import Foundation

/// How long single packets take through relays, and without any, sent in turn: 1,000 a second through each.
struct RelayLatencyMeter {
    private static let perSecond = 1_000
    private static let payloadBytes = 100
    /// The sleep's end is as late as this.
    private static let slackNanoseconds: UInt = 1_000
    private static let lastWaitSeconds = 0.1

    /// Which way packets go.
    enum Direction: Int, CaseIterable {
        case toPeer
        case toClient
    }

    /// Microseconds from the call that sends to the kernel's taking in at the receiver's socket.
    struct Figures {
        /// By relay, then by direction.
        var relayed: [[Distribution]]
        var direct = Direction.allCases.map { _ in Distribution() }
        /// Packets by relay, then by direction: those that did not come have no time.
        var sent: [[Int]]

        init(relays: Int) {
            relayed = (0..<relays).map { _ in Direction.allCases.map { _ in Distribution() } }
            sent = relayed.map { $0.map { _ in 0 } }
        }
    }

    /// Each with a client that has channels, and with sockets that stamp.
    let stages: [RelayStage]
    let seconds: Double

    func measure() -> Figures {
        _ = linux_set_timer_slack(Self.slackNanoseconds)
        var figures = Figures(relays: stages.count)
        let ways = stages.count + 1
        let total = Int(seconds * Double(Self.perSecond)) * ways
        let pause = 1_000_000_000 / Int64(Self.perSecond * ways)
        var sentAt = [Int64](repeating: 0, count: total)
        var next = RelayClock.now
        for number in 0..<total {
            next += pause
            Self.sleep(until: next)
            send(number, &sentAt)
            let (relay, direction) = way(of: number)
            if let relay { figures.sent[relay][direction.rawValue] += 1 }
            receive(sentAt, &figures)
        }
        let limit = ProcessorClock.wallSeconds + Self.lastWaitSeconds
        while ProcessorClock.wallSeconds < limit {
            receive(sentAt, &figures)
            usleep(1_000)
        }
        return figures
    }

    /// Which relay a packet goes through, nil for none, and which way.
    private func way(of number: Int) -> (relay: Int?, direction: Direction) {
        let ways = stages.count + 1
        return (number % ways < stages.count ? number % ways : nil, number / ways % 2 == 0 ? .toPeer : .toClient)
    }

    private func send(_ number: Int, _ sentAt: inout [Int64]) {
        let (relay, direction) = way(of: number)
        let stage = stages[relay ?? 0]
        guard let flow = stage.flows(of: 1).first else { return }
        var header = (UInt32(flow.channel) << 16 | UInt32(Self.payloadBytes)).bigEndian
        var payload = [UInt64](repeating: UInt64(number), count: (Self.payloadBytes + 7) / 8)
        payload[0] = UInt64(number)
        withUnsafeBytes(of: &header) { header in
            payload.withUnsafeBytes { payload in
                let none = UnsafeRawBufferPointer(start: nil, count: 0)
                let rest = UnsafeRawBufferPointer(rebasing: payload[..<Self.payloadBytes])
                switch (relay, direction) {
                case (nil, .toPeer):
                    stage.clientSocket.queue(
                        (none, rest), from: flow.client, to: (flow.peer, stage.peerSocket.port))
                case (nil, .toClient):
                    stage.peerSocket.queue(
                        (none, rest), from: flow.peer, to: (flow.client, stage.clientSocket.port))
                case (_, .toPeer):
                    stage.clientSocket.queue((header, rest), from: flow.client, to: flow.server)
                case (_, .toClient):
                    stage.peerSocket.queue((none, rest), from: flow.peer, to: flow.relayedAddress)
                }
                sentAt[number] = RelayClock.now
                if direction == .toPeer { stage.clientSocket.flush() } else { stage.peerSocket.flush() }
            }
        }
    }

    private func receive(_ sentAt: [Int64], _ figures: inout Figures) {
        for stage in stages {
            for socket in [stage.clientSocket, stage.peerSocket] {
                _ = socket.receive { arrival in
                    // Behind the header of a channel, or without one.
                    let offset = arrival.bytes.count - Self.payloadBytes
                    guard offset == 0 || offset == 4 else { return }
                    let number = arrival.bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                    guard number < sentAt.count else { return }
                    let microseconds = Double(arrival.nanoseconds - sentAt[Int(number)]) / 1_000
                    let (relay, direction) = way(of: Int(number))
                    if let relay {
                        figures.relayed[relay][direction.rawValue].record(microseconds)
                    } else {
                        figures.direct[direction.rawValue].record(microseconds)
                    }
                }
            }
        }
    }

    private static func sleep(until instant: Int64) {
        var time = timespec(tv_sec: Int(instant / 1_000_000_000), tv_nsec: Int(instant % 1_000_000_000))
        clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &time, nil)
    }
}
