/// Adds up what a packet's stream frames would take of the connection's credit, before any takes effect.
struct CreditCheck {
    private var received: UInt64
    private let limit: UInt64
    private var highest: [16 of UInt64] = InlineArray(repeating: 0)

    init(received: UInt64, limit: UInt64) {
        self.received = received
        self.limit = limit
    }

    mutating func add(_ frame: StreamFrame, highest present: UInt64) throws(Connection.Failure) {
        let known = max(highest[frame.stream.index], present)
        guard frame.end > known else { return }
        highest[frame.stream.index] = frame.end
        // Both are below the streams' credit, so the sum cannot overflow.
        received += frame.end - known
        guard received <= limit else { throw .flowControlExceeded }
    }
}
