import CLinux
import Glibc
import Rendezvous
import WireFormat

/// How connections come about: by connecting, and by being accepted.
extension StreamEngine {
    /// The most connections accepted from one listener before others have their turn.
    private static let acceptBatch = 64

    /// Begins to connect; `completion` is called in a later turn.
    func connect(
        to remote: TransportAddress, from local: IPAddress?, timeout: Interval, framing: @escaping StreamFraming,
        precedence: @escaping StreamPrecedence, completion: @escaping (Result<Path, StreamFailure>) -> Void
    ) {
        let now = BootClock.now
        let connection = StreamConnection(
            phase: .connecting(until: now + timeout, completion: completion), source: nil, framing: framing,
            precedence: precedence, now: now)
        do throws(StreamFailure) {
            guard connections.count < configuration.connectionLimit else { throw .tooMany }
            do throws(SystemFailure) {
                let socket = try StreamSocket(isIPv4: remote.ip.isIPv4)
                if let local { try socket.bind(TransportAddress(ip: local, port: 0)) }
                socket.configure(configuration)
                try socket.connect(to: remote)
                connection.socket = socket
                try watch(connection, for: .writable)
            } catch { throw .system(error) }
        } catch {
            connection.socket = nil
            connection.phase = .failing(error, completion: completion)
        }
        insert(connection)
    }

    /// The kernel says that connecting is over, one way or the other.
    func finishConnecting(_ connection: StreamConnection) {
        guard case .connecting(_, let completion) = connection.phase, let socket = connection.socket else { return }
        do throws(SystemFailure) {
            try socket.connectResult()
            guard let local = socket.localAddress, let remote = socket.remoteAddress, local != remote else {
                // Nobody listened, and the kernel gave this socket the very port: it talks to itself.
                throw SystemFailure("connect", code: ECONNREFUSED)
            }
            let path = Path(transport: .tcp, local: local, remote: remote)
            try watch(connection, for: .readable)
            connection.path = path
            connection.phase = .open
            byPath[path] = connection
            statistics.opened += 1
            complete { completion(.success(path)) }
        } catch {
            fail(connection, .system(error))
        }
    }

    func listen(
        on address: TransportAddress, sharesPort: Bool, framing: @escaping StreamFraming,
        precedence: @escaping StreamPrecedence
    ) throws(SystemFailure) -> TransportAddress {
        let listener = try StreamListener(
            address, framing: framing, precedence: precedence, backlog: configuration.backlog, sharesPort: sharesPort)
        try watch(listener)
        listeners.append(listener)
        return listener.local
    }

    /// Stops listening at this address.
    func closeListener(_ local: TransportAddress) {
        guard let index = listeners.firstIndex(where: { $0.local == local }) else { return }
        let listener = listeners.remove(at: index)
        datagrams.unwatch(listener.socket.descriptor)
    }

    func resume(_ listener: StreamListener, at now: Instant) {
        listener.resumesAt = nil
        do { try watch(listener) } catch { pause(listener, at: now) }
    }

    func watch(_ listener: StreamListener) throws(SystemFailure) {
        try datagrams.watch(listener.socket.descriptor, for: .readable) { [weak self, weak listener] _ in
            guard let self, let listener else { return }
            acceptAll(of: listener)
        }
    }

    /// The listener stays readable, so the loop would spin.
    private func pause(_ listener: StreamListener, at now: Instant) {
        statistics.acceptPauses += 1
        datagrams.unwatch(listener.socket.descriptor)
        listener.resumesAt = now + configuration.acceptPause
        note(listener.resumesAt)
    }

    private func acceptAll(of listener: StreamListener) {
        let now = BootClock.now
        for _ in 0..<Self.acceptBatch {
            do throws(SystemFailure) {
                try admit(try StreamSocket(acceptedBy: listener.socket), of: listener, at: now)
            } catch {
                switch error.code {
                case EAGAIN: return
                case EMFILE, ENFILE, ENOBUFS, ENOMEM: return pause(listener, at: now)
                default: continue
                }
            }
        }
    }

    private func admit(_ socket: StreamSocket, of listener: StreamListener, at now: Instant) throws(SystemFailure) {
        guard let local = socket.localAddress, let remote = socket.remoteAddress else {
            return socket.abortOnClose()
        }
        let source = SourceNetwork(remote.ip)
        guard connections.count < configuration.connectionLimit else {
            statistics.refusedByLimit += 1
            return socket.abortOnClose()
        }
        guard sourceCounts[source, default: 0] < configuration.connectionsPerSource else {
            statistics.refusedBySource += 1
            return socket.abortOnClose()
        }
        socket.configure(configuration)
        let connection = StreamConnection(
            phase: .fresh(until: now + configuration.firstFramePatience), source: source,
            framing: listener.framing, precedence: listener.precedence, now: now)
        connection.socket = socket
        connection.isPacketed = listener.isPacketed
        connection.trialAt = now + configuration.trial
        connection.path = Path(transport: .tcp, local: local, remote: remote)
        try watch(connection, for: .readable)
        insert(connection)
        statistics.accepted += 1
    }
}
