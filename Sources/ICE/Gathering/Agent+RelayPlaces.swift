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
        let idle = relays.indices.filter { relays[$0].isIdle }
        let overUDP = idle.filter { relays[$0].path.transport == .udp }
        guard let oldest = oldest(of: overUDP) ?? oldest(of: idle) else { return false }
        relays[oldest] = relay
        return true
    }

    /// By their order of entry: each gets an identifier then.
    private func oldest(of indices: [Int]) -> Int? { indices.min { relays[$0].identifier < relays[$1].identifier } }

    /// Asks for what waits, as far as there are places; over connections first, which are opened only where nothing else
    /// leads anywhere, but not in the last place where UDP, which may pass again, has none.
    mutating func startWaitingRelays(at now: Instant) {
        while relays.count(where: \.hasPlace) < limits.relays, let index = nextWaitingRelay {
            relays[index].state = .allocating
            relays[index].client.start(at: now)
            relaysHaveOutput = true
            lower(&relaysDeadline, to: relays[index].deadline)
        }
    }

    private var nextWaitingRelay: Int? {
        let waiting = relays.indices.filter { if case .waiting = relays[$0].state { true } else { false } }
        let (overUDP, overStreams) = (
            waiting.filter { relays[$0].path.transport == .udp }, waiting.filter { relays[$0].path.transport != .udp }
        )
        let held = relays.filter(\.hasPlace)
        let isUDPLeftOut = held.count + 1 == limits.relays && !held.contains { $0.path.transport == .udp }
        if isUDPLeftOut, let next = oldest(of: overUDP) { return next }
        return oldest(of: overStreams) ?? oldest(of: overUDP)
    }

    /// A connection was opened since UDP brings no path: if need be, an allocation over UDP waits instead, unless it is the
    /// only one, or has a pair that works or may work again.
    private mutating func makePlace(at now: Instant) {
        let overUDP = relays.indices.filter { relays[$0].hasPlace && relays[$0].path.transport == .udp }
        let useless = overUDP.filter { isUseless(relays[$0]) }
        guard relays.count(where: \.hasPlace) >= limits.relays, overUDP.count > 1,
            let index = useless.last(where: { relays[$0].candidate == nil }) ?? useless.last
        else { return }
        stepBack(index, at: now)
    }

    private func isUseless(_ relay: Relay) -> Bool {
        let base = Base.relay(relay.identifier)
        let selectedBase = selected.flatMap { index(of: $0) }.map { pairs[$0].base }
        return base != selectedBase
            && !pairs.contains {
                $0.base == base && (($0.validity?.rank ?? 0) > 0 || $0.isMaintained || $0.isRevivable)
            }
    }

    /// Lets a relay wait. The server may have its allocation, or make it, and is told to drop it.
    private mutating func stepBack(_ index: Int, at now: Instant) {
        let old = relays[index]
        guard renewRelay(index, at: now) else { return }
        forget(.relay(old.identifier), at: now)
        relays[index].noteUnanswered(old.client.configuration)
        relays[index].isTaken = true
        relays[index].state = .failed(retryAt: now)
        lower(&relaysDeadline, to: now)
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
        guard let socket = socket(old.socket),
            let client = makeClient(from: socket, on: old.server, wantsIPv6: old.wantsIPv6, at: now)
        else { return false }
        relays[index] = Relay(
            identifier: takeBaseIdentifier(), socket: old.socket, server: old.server, client: client, state: .waiting,
            failures: old.failures, unanswered: old.unanswered, wantsIPv6: old.wantsIPv6)
        return true
    }
}
