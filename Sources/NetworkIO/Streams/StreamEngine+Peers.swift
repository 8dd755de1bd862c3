import CLinux
import Glibc
import WireFormat

/// Connections between peers: made and taken at one port (RFC 6544).
extension StreamEngine {
    func listenForPackets(on address: TransportAddress) throws(SystemFailure) -> TransportAddress {
        let listener = try StreamListener(
            address, framing: PacketFrames.framing, precedence: { _ in false }, backlog: configuration.backlog,
            isPacketed: true)
        try watch(listener)
        listeners.append(listener)
        return listener.local
    }

    /// Begins to connect from one port to another; `completion` is called in a later turn.
    ///
    /// - Parameter framing: nil for packets.
    func connect(
        over path: Path, timeout: Interval, framing: StreamFraming?, precedence: @escaping StreamPrecedence,
        completion: @escaping (Result<Path, StreamFailure>) -> Void
    ) {
        let now = BootClock.now
        note(now)
        // The other end may have been first, now or by the time that this attempt fails because of it.
        if byPath[path] != nil { return complete { completion(.success(path)) } }
        let connection = StreamConnection(
            phase: .connecting(
                until: now + timeout,
                completion: { [weak self] result in
                    if case .failure = result, self?.byPath[path] != nil {
                        completion(.success(path))
                    } else {
                        completion(result)
                    }
                }), source: nil, framing: framing ?? PacketFrames.framing, precedence: precedence, now: now)
        connection.isPacketed = framing == nil
        begin(connection, over: path)
        insert(connection)
    }

    private func begin(_ connection: StreamConnection, over path: Path) {
        do throws(StreamFailure) {
            guard connections.count < configuration.connectionLimit else { throw .tooMany }
            do throws(SystemFailure) {
                let socket = try StreamSocket(isIPv4: path.local.ip.isIPv4)
                socket.sharePort()
                try socket.bind(path.local)
                socket.configure(configuration)
                try socket.connect(to: path.remote)
                connection.socket = socket
                try watch(connection, for: .writable)
            } catch { throw .system(error) }
        } catch {
            guard case .connecting(_, let completion) = connection.phase else { return }
            connection.socket = nil
            connection.phase = .failing(error, completion: completion)
        }
    }

    /// Closes all connections that were made from or taken at a local address.
    func endAll(at local: TransportAddress) {
        for connection in connections where connection.path?.local == local { end(connection, .closed) }
    }
}
