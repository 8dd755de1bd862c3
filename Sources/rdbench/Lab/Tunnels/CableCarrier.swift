import CLinux
import Foundation
import NetworkIO
import WireFormat

/// Reads packets from the ends of cables and writes each to the other end when its delay is over.
struct CableCarrier: ~Copyable {
    private static let packetSize = 65_536
    /// How long it sleeps at most, to notice that it shall stop.
    private static let longestSleep = Interval.milliseconds(100)
    /// Packets under way on all cables; more than these would be a fault of the laboratory.
    private static let mostPackets = 100_000
    private static let eventCount = 64

    private var cables: [Cable]
    private let poller: Int32
    private var buffer = [UInt8](repeating: 0, count: packetSize)
    private var events = [epoll_event](repeating: epoll_event(), count: eventCount)
    /// Of the ends of shaped cables.
    private var shapers: [Int: LinkShaper] = [:]
    /// Packets under way, in a queue for each delay and shaper: what has the same arrives in its order.
    private var queues: [(lane: Lane, packets: PacketQueue)] = []
    private var packetsUnderWay = 0

    private struct Lane: Equatable {
        let delay: Interval
        /// The end that packets come from, where they wait for room on the wire.
        let shapedEnd: Int?
    }

    init(_ cables: [Cable]) {
        self.cables = cables
        _ = linux_set_timer_slack(1)
        poller = epoll_create1(Int32(EPOLL_CLOEXEC))
        for (index, cable) in cables.enumerated() {
            watch(cable.outer, number: index * 2)
            watch(cable.inner, number: index * 2 + 1)
            guard let shape = cable.shape else { continue }
            for end in 0...1 {
                shapers[index * 2 + end] = LinkShaper(shape, seed: cable.seed &* 2 &+ UInt64(end))
            }
        }
    }

    deinit { close(poller) }

    private func watch(_ tunnel: Tunnel, number: Int) {
        var event = epoll_event()
        event.events = EPOLLIN.rawValue
        event.data.u64 = UInt64(number)
        _ = epoll_ctl(poller, EPOLL_CTL_ADD, tunnel.descriptor, &event)
    }

    /// Waits for packets, or until one is due, and moves what there is.
    mutating func turn() {
        let sleep = min(nextDue.map { max(.zero, $0 - BootClock.now) } ?? Self.longestSleep, Self.longestSleep)
        var time = timespec(
            tv_sec: Int(sleep.nanoseconds / 1_000_000_000), tv_nsec: Int(sleep.nanoseconds % 1_000_000_000))
        let count = linux_epoll_pwait2(poller, &events, Int32(Self.eventCount), &time)
        if count > 0 {
            for index in 0..<Int(count) { read(Int(events[index].data.u64)) }
        }
        deliver()
    }

    private var nextDue: Instant? { queues.compactMap { $0.packets.first?.due }.min() }

    private mutating func read(_ number: Int) {
        let index = number / 2
        let isInward = number % 2 == 0
        let source = isInward ? cables[index].outer : cables[index].inner
        while var packet = source.read(into: &buffer) {
            let now = BootClock.now
            let delay = isInward ? cables[index].inwardDelay(of: packet) : cables[index].delay
            if cables[index].translator != nil {
                let passes =
                    isInward
                    ? cables[index].translator?.inbound(&packet, at: now.nanoseconds)
                    : cables[index].translator?.outbound(&packet, at: now.nanoseconds)
                guard passes == true else { continue }
            }
            let target = isInward ? cables[index].inner : cables[index].outer
            var wait = Interval.zero
            let isShaped = shapers[number] != nil
            if isShaped {
                guard let admitted = shapers[number]?.admit(byteCount: packet.count, at: now) else { continue }
                wait = admitted
            }
            if delay + wait == .zero {
                target.write(packet)
            } else {
                let lane = Lane(delay: delay, shapedEnd: isShaped ? number : nil)
                enqueue(packet, to: target, on: lane, due: now + delay + wait)
            }
        }
    }

    private mutating func enqueue(_ packet: [UInt8], to target: Tunnel, on lane: Lane, due: Instant) {
        guard packetsUnderWay < Self.mostPackets else { return }
        packetsUnderWay += 1
        let delayed = DelayedPacket(due: due, bytes: packet, target: target)
        if let index = queues.firstIndex(where: { $0.lane == lane }) {
            queues[index].packets.append(delayed)
        } else {
            queues.append((lane, PacketQueue(delayed)))
        }
    }

    private mutating func deliver() {
        let now = BootClock.now
        for index in queues.indices {
            while let packet = queues[index].packets.first, packet.due <= now {
                packet.target.write(packet.bytes)
                queues[index].packets.removeFirst()
                packetsUnderWay -= 1
            }
        }
    }
}
