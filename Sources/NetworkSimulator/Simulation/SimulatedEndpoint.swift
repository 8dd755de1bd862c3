public import WireFormat

/// A core machine, or an enum of several, as the simulator drives it: the contract of a core machine behind a thin
/// adapter, and hooks for what a driver does besides datagrams.
///
/// The adapter drops what its machine throws, as a real driver does. All hooks but four have an empty default.
public protocol SimulatedEndpoint {
    /// Takes a datagram, or a piece of a stream if the path's transport is TCP or TLS.
    mutating func receive(_ datagram: Span<UInt8>, on path: Path, at now: Instant)

    /// The same, for an endpoint that wants to know how the datagram was marked on its way.
    mutating func receive(_ datagram: Span<UInt8>, on path: Path, ecn: ECNCodepoint, at now: Instant)

    /// Fires the timers that are due.
    mutating func advance(to now: Instant)

    /// When `advance` is next wanted.
    var nextDeadline: Instant? { get }

    /// Writes the next packet and says where it goes, or returns nil if there is none. `path.local` chooses the
    /// interface; an unspecified local address means the host's first one of the remote's family.
    mutating func pollTransmit(into packet: inout OutputSpan<UInt8>, at now: Instant) -> Path?

    /// How the packet that `pollTransmit` wrote last is marked.
    var transmittedECN: ECNCodepoint { get }

    /// Takes a message from a reliable pipe.
    mutating func receiveMessage(_ message: Span<UInt8>, from pipe: PipeIdentifier, at now: Instant)

    /// The next message for a pipe, or nil.
    mutating func pollMessage(at now: Instant) -> PipeMessage?

    /// A pipe of this host opened or closed; messages for a closed pipe are lost.
    mutating func pipeChanged(_ pipe: PipeIdentifier, isOpen: Bool, at now: Instant)

    /// The host's addresses are now these, in the order of its attachments.
    mutating func addressesChanged(_ addresses: [IPAddress], at now: Instant)

    /// A stream that an empty packet asked for is open, TLS included: what goes over this path now is sent.
    mutating func streamOpened(on path: Path, at now: Instant)

    /// A stream over this path could not be opened or was reset.
    mutating func streamFailed(on path: Path, at now: Instant)
}

extension SimulatedEndpoint {
    public mutating func receive(_ datagram: Span<UInt8>, on path: Path, ecn: ECNCodepoint, at now: Instant) {
        receive(datagram, on: path, at: now)
    }
    public var transmittedECN: ECNCodepoint { .notCapable }
    public mutating func receiveMessage(_ message: Span<UInt8>, from pipe: PipeIdentifier, at now: Instant) {}
    public mutating func pollMessage(at now: Instant) -> PipeMessage? { nil }
    public mutating func pipeChanged(_ pipe: PipeIdentifier, isOpen: Bool, at now: Instant) {}
    public mutating func addressesChanged(_ addresses: [IPAddress], at now: Instant) {}
    public mutating func streamOpened(on path: Path, at now: Instant) {}
    public mutating func streamFailed(on path: Path, at now: Instant) {}
}
