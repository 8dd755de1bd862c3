import TURN
import WireFormat

/// Which allocations are asked for where sockets and servers make more of them than may be held at once.
///
/// A machine has an address for each container bridge and tunnel, and from many of them no server is reached; a socket at
/// a new address is added before the one at the old address is removed. So whatever has no place waits for one: the next
/// that fails or goes gives up its place, and is tried again when it has waited itself.
extension Agent {
    mutating func allocate(from socket: LocalSocket, on server: Server, at now: Instant) {
        guard let client = makeClient(from: socket, on: server, at: now) else { return }
        let relay = Relay(
            identifier: takeBaseIdentifier(), socket: socket.identifier, server: server, client: client,
            state: .waiting)
        guard enter(relay) else { return }
        isGathering = true
        if server.transport != .udp { makePlace(at: now) }
        startWaitingRelays(at: now)
    }

    /// At the limit a new record takes the place of one that is of the least use.
    private mutating func enter(_ relay: Relay) -> Bool {
        if relays.count < limits.relayRecords {
            relays.append(relay)
            return true
        }
        let oldest =
            relays.firstIndex { $0.isIdle && $0.path.transport == .udp } ?? relays.firstIndex { $0.isIdle }
        guard let oldest else { return false }
        relays[oldest] = relay
        return true
    }

    /// Asks for what waits, as far as there are places; over connections first, which are opened only where nothing else
    /// leads anywhere.
    mutating func startWaitingRelays(at now: Instant) {
        while relays.count(where: \.hasPlace) < limits.relays, let index = nextWaitingRelay {
            relays[index].state = .allocating
            relays[index].client.start(at: now)
            relaysHaveOutput = true
            lower(&relaysDeadline, to: relays[index].deadline)
        }
    }

    /// The one that has waited longest: each gets an identifier when it begins to.
    private var nextWaitingRelay: Int? {
        let waiting = relays.indices.filter { if case .waiting = relays[$0].state { true } else { false } }
        let overStreams = waiting.filter { relays[$0].path.transport != .udp }
        return (overStreams.isEmpty ? waiting : overStreams).min { relays[$0].identifier < relays[$1].identifier }
    }

    /// A connection was opened since UDP brings no path: if need be, an allocation over UDP without a working pair waits
    /// instead, unless it is the only one. The server may have it, or make it, and is told to drop it before the next try.
    private mutating func makePlace(at now: Instant) {
        let selectedBase = selected.flatMap { index(of: $0) }.map { pairs[$0].base }
        let overUDP = relays.indices.filter { relays[$0].hasPlace && relays[$0].path.transport == .udp }
        let useless = overUDP.filter { index in
            let base = Base.relay(relays[index].identifier)
            return base != selectedBase && !hasHealthyPair(base)
        }
        guard relays.count(where: \.hasPlace) >= limits.relays, overUDP.count > 1,
            let index = useless.last(where: { relays[$0].candidate == nil }) ?? useless.last
        else { return }
        let old = relays[index]
        guard renewRelay(index, at: now) else { return }
        relays[index].noteUnanswered(old.client.configuration)
        forget(.relay(old.identifier), at: now)
    }

    /// What is to be asked for with the server's credentials as they are now.
    mutating func renewWaitingRelay(_ index: Int, at now: Instant) {
        if case .waiting = relays[index].state { _ = renewRelay(index, at: now) }
    }

    /// Everything anew, and waiting, but for what is known of the server.
    ///
    /// - Returns: false if the socket is gone.
    mutating func renewRelay(_ index: Int, at now: Instant) -> Bool {
        let old = relays[index]
        guard let socket = socket(old.socket), let client = makeClient(from: socket, on: old.server, at: now) else {
            return false
        }
        relays[index] = Relay(
            identifier: takeBaseIdentifier(), socket: old.socket, server: old.server, client: client, state: .waiting,
            failures: old.failures, unanswered: old.unanswered)
        return true
    }
}
