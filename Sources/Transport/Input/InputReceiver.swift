import WireFormat

/// Puts the peer's input events in order, each once.
struct InputReceiver: Sendable {
    /// Events that arrived before one that is missing; empty where nothing has.
    private var early: [[UInt8]] = []
    private var earlyCount = 0
    /// The next event to deliver.
    private(set) var expected: UInt64 = 0
    /// Delivered in order, not yet taken by the application.
    private var ready: [[UInt8]] = []
    private var readyStart = 0

    var readyCount: Int { ready.count - readyStart }

    /// Refuses sequence numbers beyond what the sender's queue can hold, and more than the application has taken.
    func check(_ frame: InputFrame) throws(Connection.Failure) {
        let limit = UInt64(Connection.maximumInputQueue)
        guard frame.first <= expected + limit, frame.first + UInt64(frame.count) <= expected + limit else {
            throw .malformedInput
        }
        guard readyCount < 4 * Connection.maximumInputQueue else { throw .inputQueueFull }
    }

    /// Takes a checked frame's events.
    ///
    /// - Returns: how many became deliverable.
    mutating func receive(_ frame: InputFrame, in packet: Span<UInt8>) -> Int {
        let before = expected
        var position = frame.body.lowerBound
        for index in 0..<frame.count {
            let length = Int(packet[position])
            let sequence = frame.first + UInt64(index)
            if sequence >= expected {
                accept(packet.extracting(position + 1..<position + 1 + length), sequence: sequence)
            }
            position += 1 + length
        }
        return Int(expected - before)
    }

    mutating func next() -> [UInt8]? {
        guard readyStart < ready.count else { return nil }
        let event = ready[readyStart]
        readyStart += 1
        if readyStart == ready.count {
            ready.removeAll(keepingCapacity: true)
            readyStart = 0
        }
        return event
    }

    private mutating func accept(_ event: Span<UInt8>, sequence: UInt64) {
        guard sequence == expected else {
            if early.isEmpty { early = Array(repeating: [], count: Connection.maximumInputQueue) }
            if early[slot(sequence)].isEmpty { earlyCount += 1 }
            early[slot(sequence)] = event.copied()
            return
        }
        ready.append(event.copied())
        expected += 1
        guard earlyCount > 0 else { return }
        // The event may have arrived early too, between two frames of one packet.
        while earlyCount > 0, !early[slot(expected)].isEmpty {
            ready.append(early[slot(expected)])
            early[slot(expected)] = []
            earlyCount -= 1
            expected += 1
        }
    }

    private func slot(_ sequence: UInt64) -> Int { Int(sequence % UInt64(Connection.maximumInputQueue)) }
}
