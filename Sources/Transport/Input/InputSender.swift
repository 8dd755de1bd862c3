import WireFormat

/// Input events waiting for their acknowledgement, repeated in every packet until then.
struct InputSender: Sendable {
    private struct Slot: Sendable {
        var bytes: [UInt8] = []
        var isPending = false
    }

    private var slots: [Slot] = []
    private let limit: Int
    /// The oldest event that may be unacknowledged.
    private(set) var first: UInt64 = 0
    /// Events below were sent at least once.
    private(set) var unsent: UInt64 = 0
    /// The next event's sequence number.
    private(set) var end: UInt64 = 0

    init(limit: Int) { self.limit = min(max(limit, 1), Connection.maximumInputQueue) }

    var isEmpty: Bool { first == end }
    var hasUnsent: Bool { unsent < end }
    var count: Int { Int(end - first) }

    mutating func append(_ event: Span<UInt8>) throws(Connection.Failure) {
        guard (1...Connection.maximumInputBytes).contains(event.count) else { throw .inputSize }
        guard count < limit else { throw .inputQueueFull }
        if slots.isEmpty { slots = Array(repeating: Slot(), count: Connection.maximumInputQueue) }
        let index = slot(end)
        slots[index].bytes.removeAll(keepingCapacity: true)
        for position in event.indices { slots[index].bytes.append(event[position]) }
        slots[index].isPending = true
        end += 1
    }

    /// The peer has the events of a run.
    mutating func acknowledge(_ run: SentPacket.InputRun) {
        guard run.count > 0 else { return }
        for sequence in max(run.first, first)..<max(run.first + UInt64(run.count), first) where sequence < end {
            slots[slot(sequence)].isPending = false
        }
        while first < end, !slots[slot(first)].isPending { first += 1 }
        unsent = max(unsent, first)
    }

    /// Appends one frame with pending events from a sequence number on, as many as fit in `room` bytes.
    mutating func appendFrame(
        from start: UInt64, to packet: inout OutputSpan<UInt8>, room: Int
    ) -> SentPacket.InputRun {
        var sequence = max(start, first)
        let header = 2 + OutputSpan<UInt8>.varintSize(sequence)
        guard sequence < end, header + 1 + slots[slot(sequence)].bytes.count <= room else { return .init() }
        let limit = packet.count + room
        packet.append(varint: FrameType.input.rawValue)
        packet.append(varint: sequence)
        let countOffset = packet.count
        packet.append(0)
        var run = SentPacket.InputRun(first: sequence, count: 0)
        while sequence < end, run.count < 255 {
            let event = slots[slot(sequence)].bytes
            guard packet.count + 1 + event.count <= limit else { break }
            packet.append(UInt8(event.count))
            packet.append(contentsOf: event.span)
            run.count += 1
            sequence += 1
        }
        packet[countOffset] = UInt8(run.count)
        if run.first <= unsent { unsent = max(unsent, sequence) }
        return run
    }

    /// The bytes that a frame with every waiting event takes.
    var frameBytes: Int {
        var bytes = 2 + OutputSpan<UInt8>.varintSize(first)
        for sequence in first..<end { bytes += 1 + slots[slot(sequence)].bytes.count }
        return bytes
    }

    private func slot(_ sequence: UInt64) -> Int { Int(sequence % UInt64(Connection.maximumInputQueue)) }
}
