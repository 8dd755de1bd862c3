import WireFormat

/// The outstanding requests of a client: repeats them and gives them up as RFC 8489 section 6.2 says.
///
///     table.start(identifier, content, at: now)      // and send the request
///     while let due = table.popDue(at: now) { ... }   // send again, or note the failure
///     if let request = table.finish(identifier) {...} // an answer came
///
/// A flat array: even the hundreds of probes against a hard NAT are found faster in it than by hashing.
public struct TransactionTable<Content: Sendable>: Sendable {
    /// What is due for a request.
    public enum Due: Sendable {
        /// Send the same request again.
        case retransmission(Transaction<Content>)
        /// No answer came in time; the request is forgotten.
        case timeout(Transaction<Content>)
    }

    /// The most requests on their way at once.
    public let limit: Int

    private var entries: [Transaction<Content>] = []
    private var earliest: Instant?

    public init(limit: Int = 1_024) { self.limit = limit }

    public var count: Int { entries.count }
    public var isEmpty: Bool { entries.isEmpty }

    /// When `popDue` has something next.
    public var nextDeadline: Instant? { earliest }

    /// Enters a request that is sent at `now`; false if the table is full.
    ///
    /// - Parameter isReliable: over TCP or TLS nothing is repeated (RFC 8489 section 6.2.2).
    @discardableResult
    public mutating func start(
        _ identifier: TransactionIdentifier, _ content: Content, policy: RetransmissionPolicy = RetransmissionPolicy(),
        isReliable: Bool = false, at now: Instant
    ) -> Bool {
        guard entries.count < limit else { return false }
        let wait = isReliable ? policy.reliableTimeout : policy.wait(afterSending: 1)
        entries.append(
            Transaction(
                identifier: identifier, content: content, startedAt: now, sendCount: 1, deadline: now + wait,
                policy: policy, isReliable: isReliable))
        earliest = min(earliest ?? .distantFuture, now + wait)
        return true
    }

    /// The request of this identifier, if it is outstanding.
    public func find(_ identifier: TransactionIdentifier) -> Transaction<Content>? {
        entries.first { $0.identifier == identifier }
    }

    /// Takes out the request that was answered; nil if none of this identifier is outstanding.
    @discardableResult
    public mutating func finish(_ identifier: TransactionIdentifier) -> Transaction<Content>? {
        guard let index = entries.firstIndex(where: { $0.identifier == identifier }) else { return nil }
        let entry = entries.remove(at: index)
        if entry.deadline == earliest { refreshEarliest() }
        return entry
    }

    /// Forgets all requests for which the condition holds, such as those of a path that is gone.
    public mutating func removeAll(where condition: (Transaction<Content>) -> Bool) {
        entries.removeAll(where: condition)
        refreshEarliest()
    }

    /// The next thing that is due at `now`, earliest first, ties in the order of starting; nil if nothing is.
    public mutating func popDue(at now: Instant) -> Due? {
        guard let earliest, earliest <= now, let index = entries.firstIndex(where: { $0.deadline == earliest }) else {
            return nil
        }
        defer { refreshEarliest() }
        let entry = entries[index]
        if entry.isReliable || entry.sendCount >= entry.policy.sendCount {
            return .timeout(entries.remove(at: index))
        }
        entries[index].sendCount += 1
        // Counted from now rather than from the missed deadline, so that a driver that slept does not send a burst.
        entries[index].deadline = now + entry.policy.wait(afterSending: entry.sendCount + 1)
        return .retransmission(entries[index])
    }

    private mutating func refreshEarliest() {
        earliest = nil
        for entry in entries where earliest.map({ entry.deadline < $0 }) ?? true { earliest = entry.deadline }
    }
}
