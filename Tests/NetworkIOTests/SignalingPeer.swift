import Glibc
import NetworkIO
import Rendezvous
import WireFormat

/// A rendezvous client as a machine of a datagram loop, driven as a program drives it.
struct SignalingPeer: DatagramMachine {
    enum Failure: Error {}

    var client: RendezvousClient
    /// The attempt that the transport is at.
    var attempt: UInt64 = 0
    var log: [RendezvousClient.Event] = []
    var failures: [SignalingTransportFailure] = []
    var firstMessagesTaken = 0

    init(_ purpose: RendezvousClient.Purpose, seed: UInt64) {
        client = RendezvousClient(purpose: purpose, random: SeededRandom(seed: seed), now: BootClock.now)
    }

    var nextDeadline: Instant? { client.nextDeadline }

    mutating func receive(_ datagram: Span<UInt8>, on path: Path, at now: Instant) throws(Failure) {}

    mutating func advance(to now: Instant) { client.advance(to: now) }

    mutating func pollTransmit(into packet: inout OutputSpan<UInt8>, at now: Instant) -> Path? { nil }

    mutating func pollEvent() -> RendezvousClient.Event? { client.pollEvent() }

    /// What the transport delivers, on the loop's thread.
    mutating func handle(_ event: SignalingClient.Event, attempt: UInt64, at now: Instant) {
        guard attempt == self.attempt else { return }
        switch event {
        case .reached: client.transportReached(at: now)
        case .opened(_, let isFirstMessageTaken):
            firstMessagesTaken += isFirstMessageTaken ? 1 : 0
            client.transportOpened(isFirstMessageTaken: isFirstMessageTaken, at: now)
        case .message(let bytes): try? client.receive(bytes.span, at: now)
        case .closed(let failure):
            failures.append(failure)
            client.transportClosed(isUnknown: failure.isUnknownPath, at: now)
        }
    }

    mutating func takeMessage(at now: Instant) -> [UInt8]? {
        var isSent = false
        let bytes = [UInt8](capacity: SignalingLimits.messageBytes) { output in
            isSent = client.pollTransmit(into: &output, at: now)
        }
        return isSent ? bytes : nil
    }
}

/// A peer with its loop and its transport.
final class SignalingPeerDriver {
    let loop: DatagramLoop<SignalingPeer>
    private let transport: SignalingClient

    init(
        _ purpose: RendezvousClient.Purpose, url: SignalingURL, trust: SignalingClient.Trust = .system, seed: UInt64
    ) throws {
        // The transport knows the mailbox, and the loop's events the transport: tied together by a box.
        final class Box { var transport: SignalingClient? }
        let box = Box()
        loop = try DatagramLoop(machine: SignalingPeer(purpose, seed: seed)) { loop, event in
            loop.machine.log.append(event)
            switch event {
            case .connect(let path):
                let message = loop.machine.client.firstMessage
                loop.machine.attempt = box.transport?.connect(path: path, firstMessage: message) ?? 0
            case .disconnect: box.transport?.disconnect()
            case .challenge(let bytes): try? loop.machine.client.prove(bytes.reversed())
            default: break
            }
        }
        let mailbox = loop.mailbox
        transport = try SignalingClient(url: url, trust: trust, timeout: .seconds(20)) { attempt, event in
            mailbox.post { $0.machine.handle(event, attempt: attempt, at: $0.now) }
        }
        box.transport = transport
    }

    func turn() {
        loop.turn(atMost: .milliseconds(5))
        while let message = loop.machine.takeMessage(at: loop.now) { transport.send(message) }
        // The last message may have ended the client, whose farewell is an event.
        loop.turn(atMost: .zero)
    }

    /// Turns all until `condition`; twenty seconds at most.
    static func turn(_ drivers: [SignalingPeerDriver], until condition: () -> Bool) -> Bool {
        let end = BootClock.now + .seconds(20)
        while BootClock.now < end {
            if condition() { return true }
            for driver in drivers { driver.turn() }
            if drivers.isEmpty { usleep(1_000) }
        }
        return condition()
    }

    var session: SessionIdentifier? {
        for event in loop.machine.log {
            switch event {
            case .incoming(let session, _, _, _), .joined(let session, _, _): return session
            default: continue
            }
        }
        return nil
    }

    var room: RoomNumber? {
        for event in loop.machine.log {
            if case .hosting(.room(let room)) = event { return room }
        }
        return nil
    }

    func has(_ event: RendezvousClient.Event) -> Bool { loop.machine.log.contains(event) }
}
