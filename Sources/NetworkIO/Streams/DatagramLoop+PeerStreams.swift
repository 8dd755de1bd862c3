import WireFormat

/// Connections straight to a peer, whose packets are framed as RFC 4571 has it: the machine gets and gives them bare.
extension DatagramLoop {
    /// Takes connections at a port that connections can be made from too; port 0 takes any.
    ///
    /// - Returns: the bound address. `closeStreamListener` ends it.
    public func listenForPackets(on address: TransportAddress) throws(SystemFailure) -> TransportAddress {
        try streams.listenForPackets(on: address)
    }

    /// Opens a connection from one port to another. Both ends may do so at once (simultaneous open), and if the other
    /// end's connection is there first, that is the one.
    ///
    /// - Parameters:
    ///   - framing: how bytes from a server are cut; nil for a peer's packets.
    ///   - completion: called once, in a later turn. After a success the machine's `streamClosed` tells of the end.
    public func connectStream(
        over path: Path, timeout: Interval = .seconds(5), framing: StreamFraming? = nil,
        precedence: @escaping StreamPrecedence = { _ in false },
        completion: @escaping (DatagramLoop<Machine>, Result<Path, StreamFailure>) -> Void
    ) {
        streams.connect(over: path, timeout: timeout, framing: framing, precedence: precedence) {
            [weak self] result in
            if let self { completion(self, result) }
        }
    }

    /// Closes all connections that were made from or taken at this local address.
    public func closeStreams(at local: TransportAddress) { streams.endAll(at: local) }
}
