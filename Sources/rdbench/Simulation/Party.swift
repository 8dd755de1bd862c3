import NetworkSimulator
import WireFormat

/// Whoever takes part in a simulated session. The machines inside are those of the real programs; each party is a class,
/// so that switching over the enum moves a reference and not a machine.
package enum Party: SimulatedEndpoint {
    case server(ServerParty)
    case host(HostParty)
    case viewer(ViewerParty)

    package mutating func receive(_ datagram: Span<UInt8>, on path: Path, at now: Instant) {
        receive(datagram, on: path, ecn: .notCapable, at: now)
    }

    package mutating func receive(_ datagram: Span<UInt8>, on path: Path, ecn: ECNCodepoint, at now: Instant) {
        switch self {
        case .server(let party): party.receive(datagram, on: path, ecn: ecn, at: now)
        case .host(let party):
            if let now = party.clock.awake(now) { party.receive(datagram, on: path, ecn: ecn, at: now) }
        case .viewer(let party):
            if let now = party.clock.awake(now) { party.receive(datagram, on: path, ecn: ecn, at: now) }
        }
    }

    package var transmittedECN: ECNCodepoint {
        switch self {
        case .server(let party): party.transmittedECN
        case .host(let party): party.peer.transmittedECN
        case .viewer(let party): party.peer.transmittedECN
        }
    }

    package mutating func advance(to now: Instant) {
        switch self {
        case .server(let party): party.advance(to: now)
        case .host(let party): if let now = party.clock.awake(now) { party.advance(to: now) }
        case .viewer(let party): if let now = party.clock.awake(now) { party.advance(to: now) }
        }
    }

    package var nextDeadline: Instant? {
        switch self {
        case .server(let party): party.nextDeadline
        case .host(let party): party.clock.isAsleep ? nil : party.nextDeadline.map(party.clock.real)
        case .viewer(let party): party.clock.isAsleep ? nil : party.nextDeadline.map(party.clock.real)
        }
    }

    package mutating func pollTransmit(into packet: inout OutputSpan<UInt8>, at now: Instant) -> Path? {
        switch self {
        case .server(let party): return party.pollTransmit(into: &packet, at: now)
        case .host(let party):
            guard let now = party.clock.awake(now) else { return nil }
            return party.streamRequests.popUnsent() ?? party.peer.pollTransmit(into: &packet, at: now)
        case .viewer(let party):
            guard let now = party.clock.awake(now) else { return nil }
            return party.streamRequests.popUnsent() ?? party.peer.pollTransmit(into: &packet, at: now)
        }
    }

    package mutating func receiveMessage(_ message: Span<UInt8>, from pipe: PipeIdentifier, at now: Instant) {
        switch self {
        case .server(let party): party.receiveMessage(message, from: pipe, at: now)
        case .host(let party):
            if party.pipe == pipe, let now = party.clock.awake(now) { party.receiveMessage(message, at: now) }
        case .viewer(let party):
            if party.pipe == pipe, let now = party.clock.awake(now) { party.receiveMessage(message, at: now) }
        }
    }

    package mutating func pollMessage(at now: Instant) -> PipeMessage? {
        switch self {
        case .server(let party): party.pollMessage()
        case .host(let party): party.clock.awake(now).flatMap { party.pollMessage(at: $0) }
        case .viewer(let party): party.clock.awake(now).flatMap { party.pollMessage(at: $0) }
        }
    }

    package mutating func addressesChanged(_ addresses: [IPAddress], at now: Instant) {
        switch self {
        case .server: break
        case .host(let party):
            party.tell(at: now) { [unowned party] in party.addressesChanged(addresses, at: $0) }
        case .viewer(let party):
            party.tell(at: now) { [unowned party] in party.addressesChanged(addresses, at: $0) }
        }
    }

    package mutating func pipeChanged(_ pipe: PipeIdentifier, isOpen: Bool, at now: Instant) {
        switch self {
        case .server(let party): party.pipeChanged(pipe, isOpen: isOpen, at: now)
        // One that another has taken the place of is nobody's any more.
        case .host(let party):
            party.tell(at: now) { [unowned party] now in
                if party.pipe == pipe { party.pipeChanged(isOpen: isOpen, at: now) }
            }
        case .viewer(let party):
            party.tell(at: now) { [unowned party] now in
                if party.pipe == pipe { party.pipeChanged(isOpen: isOpen, at: now) }
            }
        }
    }
}
