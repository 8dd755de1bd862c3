import WireFormat

/// Stream connections beside the datagrams: whole frames go into the machine and come out of it like datagrams, on
/// paths whose transport is TCP. `Path.local` and `Path.remote` are the connection's two ends.
///
/// A frame that finds the connection's buffer full is dropped, as a datagram would be: whoever needs it has a
/// retransmission of its own, and whoever does not is better off without a queue.
extension DatagramLoop {
    /// What the connections did.
    public var streamStatistics: StreamStatistics { streams.statistics }

    /// Opens a connection.
    ///
    /// - Parameters:
    ///   - local: the address to connect from; nil leaves it to the kernel's routing.
    ///   - framing: where the frames end that come.
    ///   - precedence: which of those that go must not be dropped while a reserve lasts.
    ///   - completion: called once, in a later turn: with the path that is open, or with why it is not. After that the
    ///     machine's `streamClosed` tells of its end.
    public func connectStream(
        to remote: TransportAddress, from local: IPAddress? = nil, timeout: Interval = .seconds(5),
        framing: @escaping StreamFraming, precedence: @escaping StreamPrecedence = { _ in false },
        completion: @escaping (DatagramLoop<Machine>, Result<Path, StreamFailure>) -> Void
    ) {
        streams.connect(to: remote, from: local, timeout: timeout, framing: framing, precedence: precedence) {
            [weak self] result in
            if let self { completion(self, result) }
        }
    }

    /// Accepts connections; port 0 takes any.
    ///
    /// - Parameter sharesPort: lets other sockets of this user have the same port, the kernel spreading the connections.
    /// - Returns: the bound address.
    public func listenStreams(
        on address: TransportAddress, sharesPort: Bool = false, framing: @escaping StreamFraming,
        precedence: @escaping StreamPrecedence = { _ in false }
    ) throws(SystemFailure) -> TransportAddress {
        try streams.listen(on: address, sharesPort: sharesPort, framing: framing, precedence: precedence)
    }

    /// Accepts no more connections at this bound address; those that are open stay.
    public func closeStreamListener(_ local: TransportAddress) { streams.closeListener(local) }

    /// Closes a connection, if there is one with this path; the machine's `streamClosed` follows.
    public func closeStream(_ path: Path) { streams.end(path, .closed) }

    /// Takes what connections have, but lets the others and the timers have their turn after a few reads.
    @inlinable
    func receiveStreams() {
        while let connection = streams.nextReadable() { receive(from: connection) }
    }

    @inlinable
    func receive(from connection: StreamConnection) {
        guard let path = connection.path else { return }
        for _ in 0..<4 {
            guard streams.read(connection) else { return }
            let time = now
            while let frame = streams.nextFrame(of: connection) {
                do {
                    try take(Span(_unsafeElements: frame), on: path, at: time)
                    streams.accept(connection)
                } catch { streams.reject(connection) }
            }
            let mayHaveMore = streams.mayHaveMore(connection)
            streams.finishRead(connection, at: time)
            drain(at: time)
            guard mayHaveMore else { return }
        }
    }

    /// Meets the connections' deadlines.
    @inlinable
    func advanceStreams(to time: Instant) {
        streams.advance(to: time)
        while let path = streams.nextTrial() {
            if !machine.keepsStream(path) { streams.end(path, .unwanted) }
        }
    }

    /// Tells what became of connections.
    ///
    /// - Returns: whether there was anything.
    @inlinable
    func tellStreams(at time: Instant) -> Bool {
        var hasNews = false
        while let completion = streams.nextCompletion() {
            completion()
            hasNews = true
        }
        while let path = streams.nextClosed() {
            machine.streamClosed(path, at: time)
            hasNews = true
        }
        return hasNews
    }
}
