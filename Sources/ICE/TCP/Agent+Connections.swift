import STUN
import WireFormat

/// TCP between the peers (RFC 6544).
extension Agent {
    // MARK: When

    /// Something may have become direct, or may be so no more.
    mutating func considerConnections(at now: Instant) {
        guard tcpUse.isEnabled, policy != .relayOnly, current.remote != nil else { return }
        let isDirect = selected.flatMap { index(of: $0) }.map { !pairs[$0].isRelayed } ?? false
        switch (tcpPhase, isDirect) {
        case (.waiting, true), (.active, true): tcpPhase = .idle
        case (.idle, false):
            tcpPhase = .waiting(until: now + tcpUse.delay)
            lower(&connectionsDeadline, to: now + tcpUse.delay)
        case (.idle, true), (.waiting, false), (.active, false): break
        }
    }

    mutating func advanceConnections(to now: Instant) {
        connectionsDeadline = .distantFuture
        if case .waiting(let until) = tcpPhase {
            guard until <= now else {
                connectionsDeadline = until
                return
            }
            startConnections()
        }
        guard case .active = tcpPhase else { return }
        askForListeners()
        var opening = pairs.count { if case .opening = $0.connection { true } else { false } }
        for index in pairs.indices {
            guard case .closed(let attempts, let next) = pairs[index].connection,
                pairs[index].generation == current.number
            else { continue }
            if next > now {
                lower(&connectionsDeadline, to: next)
            } else if opening < tcpUse.connecting {
                opening += 1
                pairs[index].connection = .opening(attempts: attempts + 1)
                emit(.connectionWanted(pairs[index].path, to: .peer))
            }
        }
    }

    private mutating func startConnections() {
        tcpPhase = .active
        lacksListeners = true
    }

    private mutating func askForListeners() {
        guard lacksListeners else { return }
        lacksListeners = false
        let isLacking = sockets.contains { socket in
            socket.transport == .udp && !socket.isPunched && !hasListener(at: socket.address.ip)
        }
        if isLacking { emit(.listenersWanted) }
    }

    /// The peer has come to TCP, so it has no direct path either: there is nothing to wait for.
    mutating func hurryConnections(at now: Instant) {
        if case .waiting = tcpPhase { tcpPhase = .waiting(until: now) }
        connectionsDeadline = min(connectionsDeadline, now)
    }

    /// Tries again what was given up.
    mutating func repeatConnections(at now: Instant) {
        for index in pairs.indices {
            guard case .closed(let attempts, _) = pairs[index].connection, attempts >= tcpUse.attempts else { continue }
            pairs[index].connection = .closed(attempts: 0, next: now)
            connectionsDeadline = min(connectionsDeadline, now)
        }
    }

    // MARK: Ports of ours

    /// Whether there is a TCP port at this address; `listenersWanted` asks for one where there is none.
    public func hasListener(at ip: IPAddress) -> Bool { sockets.contains { $0.isListener && $0.address.ip == ip } }

    /// An address has come. All that come at once are asked for together.
    mutating func considerListener(at now: Instant) {
        guard case .active = tcpPhase else { return }
        lacksListeners = true
        lower(&connectionsDeadline, to: now)
    }

    /// An address is gone, and its ports with it: nothing comes to them, and nothing can be connected from there.
    mutating func removeListeners(at ip: IPAddress, at now: Instant) {
        guard !sockets.contains(where: { $0.transport == .udp && !$0.isPunched && $0.address.ip == ip }) else { return }
        for socket in sockets where socket.isListener && socket.address.ip == ip {
            removeSocket(socket.address, transport: .tcp, at: now)
        }
    }

    /// A TCP port at which the driver takes connections and from which it can connect, as `listenersWanted` asked for.
    public mutating func addListener(_ local: TransportAddress, at now: Instant) {
        guard tcpUse.isEnabled, policy != .relayOnly, sockets.count < limits.sockets, socketIndex(local, .tcp) == nil
        else { return }
        let rank = sockets.filter { $0.isListener && $0.address.ip.isIPv4 == local.ip.isIPv4 }.map(\.rank).max()
        let socket = LocalSocket(
            identifier: takeBaseIdentifier(), address: local, transport: .tcp, rank: rank.map { $0 &+ 1 } ?? 0,
            isListener: true)
        sockets.append(socket)
        gatherConnections(from: socket)
        for remote in remoteCandidates {
            formPair(of: .socket(socket.identifier), and: remote.candidate, at: now)
        }
    }

    /// The host candidate, and what a server sees of a connection from the same port (RFC 6544 section 5.2).
    mutating func gatherConnections(from socket: LocalSocket) {
        offer(socket.candidate, base: .socket(socket.identifier))
        guard let server = connectionServer(for: socket) else { return }
        emit(.connectionWanted(Path(transport: .tcp, local: socket.address, remote: server), to: .server))
    }

    /// A server known to take TCP, or one whose STUN over UDP is likely to have TCP beside it.
    private func connectionServer(for socket: LocalSocket) -> TransportAddress? {
        let reachable = servers.filter { $0.transport != .tls && socket.canReachServer($0.address) }
        return (reachable.first { $0.transport == .tcp } ?? reachable.first)?.address
    }

    // MARK: Connections

    /// A connection that `connectionWanted` asked for is open, or was there already.
    public mutating func connectionOpened(_ path: Path, at now: Instant) {
        guard let socket = listener(path) else { return }
        if connectionServer(for: socket) == path.remote { return askForAddress(on: path, socket, at: now) }
        guard let index = index(base: .socket(socket.identifier), remote: path.remote, generation: current.number)
        else { return }
        noteConnection(of: index)
        switch pairs[index].state {
        case .valid, .inProgress: break
        case .frozen, .waiting, .failed: trigger(index, at: now)
        }
    }

    /// A connection is closed, or could not be opened.
    public mutating func connectionClosed(_ path: Path, at now: Instant) {
        guard listener(path) != nil else { return }
        var wasValid = false
        for index in pairs.indices where pairs[index].path == path {
            wasValid = wasValid || pairs[index].isValid
            noteClosing(of: index, at: now)
        }
        if wasValid { evaluate(at: now) }
    }

    /// Whether an accepted connection is of use: an authenticated check has come over it.
    public func usesConnection(_ path: Path) -> Bool {
        pairs.contains { pair in
            guard pair.path == path, case .open = pair.connection else { return false }
            if case .failed = pair.state { return false } else { return true }
        }
    }

    private func listener(_ path: Path) -> LocalSocket? {
        socketIndex(path.local, path.transport).map { sockets[$0] }.flatMap { $0.isListener ? $0 : nil }
    }

    /// Packets can flow: an attempt of ours succeeded, or the peer's came first.
    mutating func noteConnection(of index: Int) {
        guard pairs[index].isOverTCP else { return }
        pairs[index].connection = .open
        pairs[index].isPermitted = true
    }

    private mutating func noteClosing(of index: Int, at now: Instant) {
        let attempts: Int
        switch pairs[index].connection {
        case .opening(let count): attempts = count
        case .open: attempts = 0
        case .none, .closed, .ended: return
        }
        pairs[index].isPermitted = false
        pairs[index].measuresSince = nil
        pairs[index].roundTripTime = RoundTripTime()
        let isOver = pairs[index].remote.tcpType == .active || pairs[index].generation != current.number
        let next = attempts < tcpUse.attempts ? now + attemptDelay() : .distantFuture
        pairs[index].connection = isOver ? .ended : .closed(attempts: attempts, next: next)
        if pairs[index].isValid { lose(index, at: now) }
        pairs[index].state = isOver || attempts >= tcpUse.attempts ? .failed : .waiting
        lower(&connectionsDeadline, to: next)
    }

    /// Half to one and a half of the interval: two sides that are refused in turn would otherwise keep missing each other.
    private mutating func attemptDelay() -> Interval {
        let span = max(1, tcpUse.attemptInterval.nanoseconds)
        return Interval(nanoseconds: span / 2 + Int64.random(in: 0..<span, using: &random))
    }

    /// A pair is given up: so is its connection, unless another pair has it.
    mutating func releaseConnection(of pair: Pair) {
        guard case .open = pair.connection else { return }
        let isShared = pairs.contains { other in
            guard other.identifier != pair.identifier, other.path == pair.path, case .open = other.connection else {
                return false
            }
            return true
        }
        if !isShared { emit(.connectionReleased(pair.path)) }
    }

    private mutating func askForAddress(on path: Path, _ socket: LocalSocket, at now: Instant) {
        let transaction = TransactionIdentifier(random: &random)
        let server = Server(address: path.remote, transport: .tcp, service: .stun)
        let probe = BindingProbe(socket: socket.identifier, server: server, path: path)
        guard probes.start(transaction, probe, policy: Self.serverPolicy, isReliable: true, at: now) else { return }
        requests.append(transaction)
    }
}
