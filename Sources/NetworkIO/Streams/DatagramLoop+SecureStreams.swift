import WireFormat

/// Stream connections that reach the loop through somebody else: TLS, which NIO does, and connections of a port that
/// the loop shares.
extension DatagramLoop {
    /// Opens a connection over TLS.
    ///
    /// - Parameters:
    ///   - name: what the server's certificate must be for; nil: its address.
    ///   - completion: called once, in a later turn, as with `connectStream`. The path's transport is TLS.
    public func connectSecureStream(
        to remote: TransportAddress, name: String?, through connector: SecureStreamConnector,
        timeout: Interval = .seconds(5), framing: @escaping StreamFraming,
        precedence: @escaping StreamPrecedence = { _ in false },
        completion: @escaping (DatagramLoop<Machine>, Result<Path, StreamFailure>) -> Void
    ) {
        let number = streams.expect(framing: framing, precedence: precedence) { [weak self] result in
            if let self { completion(self, result) }
        }
        guard let number else { return }
        let mailbox = mailbox
        connector.connect(to: remote, name: name, timeout: timeout) { result in
            mailbox.post { $0.streams.conclude(number, result) }
        }
    }

    /// Takes a connection that somebody else accepted, as if a listener of this loop had.
    public func adoptStream(
        _ handover: StreamHandover, framing: @escaping StreamFraming,
        precedence: @escaping StreamPrecedence = { _ in false }
    ) {
        streams.adopt(handover, framing: framing, precedence: precedence)
    }
}
