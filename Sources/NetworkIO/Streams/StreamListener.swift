import WireFormat

/// A socket at which connections wait to be accepted.
final class StreamListener {
    let socket: StreamSocket
    let local: TransportAddress
    let framing: StreamFraming
    let precedence: StreamPrecedence
    /// Of the connections it takes.
    let isPacketed: Bool
    /// The process has no descriptors left: until then, nothing is accepted.
    var resumesAt: Instant?

    init(
        _ wanted: TransportAddress, framing: @escaping StreamFraming, precedence: @escaping StreamPrecedence,
        backlog: Int32, isPacketed: Bool = false, sharesPort: Bool = false
    ) throws(SystemFailure) {
        socket = try StreamSocket(isIPv4: wanted.ip.isIPv4)
        if isPacketed || sharesPort { socket.sharePort() }
        try socket.listen(on: wanted, backlog: backlog)
        guard let local = socket.localAddress else { throw SystemFailure("getsockname") }
        self.local = local
        self.framing = framing
        self.precedence = precedence
        self.isPacketed = isPacketed
    }
}
