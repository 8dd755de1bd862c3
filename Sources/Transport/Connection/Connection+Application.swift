import WireFormat

/// What the application hands in and takes out.
extension Connection {
    /// Queues an input event: it goes out at once, is repeated in every packet until it is acknowledged, and reaches
    /// the peer exactly once, in order.
    public mutating func sendInput(_ event: Span<UInt8>) throws(Failure) {
        guard isOpen else { throw .closed }
        try inputSender.append(event)
        counts.inputEventsSent += 1
    }

    /// Input events that wait for their acknowledgement.
    public var unacknowledgedInput: Int { inputSender.count }

    /// Queues stream bytes.
    ///
    /// - Returns: how many were taken; there may be room for more after each packet received.
    public mutating func write(_ bytes: Span<UInt8>, on stream: StreamIdentifier) throws(Failure) -> Int {
        guard isOpen else { throw .closed }
        return sendStreams[stream.index].write(bytes)
    }

    /// Appends what has arrived on a stream, in order, as far as `output` has room, and gives the peer new credit.
    ///
    /// - Returns: how many bytes.
    public mutating func read(_ stream: StreamIdentifier, into output: inout OutputSpan<UInt8>) -> Int {
        let count = receiveStreams[stream.index].read(into: &output)
        flow.read(count)
        noteCredit(of: stream.index)
        return count
    }

    /// Bytes written on a stream that the peer has not acknowledged.
    public func unacknowledgedBytes(on stream: StreamIdentifier) -> Int { sendStreams[stream.index].bufferedBytes }

    /// Asks for an answer at once, for the round trip of an idle session.
    public mutating func ping() {
        if isOpen { isPingOwed = true }
    }

    /// Ends the connection and tells the peer why. Unacknowledged input and stream bytes are abandoned.
    public mutating func close(_ reason: CloseReason, at now: Instant) {
        guard isOpen else { return }
        phase = .closing(reason, isOwed: true, received: 0)
        events.closed(reason, by: .local)
        beginEnd(at: now)
        goodbyesLeft = Self.goodbyes
        timers[.goodbye] = now + goodbyeInterval
    }

    /// Whether the reason of our close is still to be sent, for the first time or again.
    public var hasGoodbyes: Bool {
        guard case .closing(_, let isOwed, _) = phase else { return false }
        return isOwed || goodbyesLeft > 0
    }

    /// RFC 9000 section 10.2.1 sends the reason again only to who still sends. A peer that is silent, as a host at rest is,
    /// would then miss what was lost, and take a viewer that has left for one that has vanished.
    private static let goodbyes = 2
    private static let longestGoodbyeInterval = Interval.milliseconds(100)
    private var goodbyeInterval: Interval { min(probeInterval, Self.longestGoodbyeInterval) }

    mutating func repeatGoodbye(at now: Instant) {
        guard case .closing(let reason, _, let received) = phase, goodbyesLeft > 0 else { return }
        phase = .closing(reason, isOwed: true, received: received)
        goodbyesLeft -= 1
        if goodbyesLeft > 0 { timers[.goodbye] = now + goodbyeInterval }
    }

    /// RFC 9000 section 10.2: closing and draining last three probe timeouts.
    mutating func beginEnd(at now: Instant) {
        timers.removeAll()
        timers[.end] = now + probeInterval * 3
    }

    mutating func noteCredit(of index: Int) {
        if receiveStreams[index].newCredit != nil { flow.streamCreditOwed |= 1 << UInt16(index) }
    }
}
