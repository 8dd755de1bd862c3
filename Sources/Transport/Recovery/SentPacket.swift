import WireFormat

/// What must be known of a packet until its fate is.
struct SentPacket: Sendable {
    struct Flags: OptionSet, Sendable {
        let rawValue: UInt16

        /// In flight: neither acknowledged nor lost.
        static let outstanding = Flags(rawValue: 1 << 0)
        /// It holds a state datagram of whose fate the channel was not yet told.
        static let state = Flags(rawValue: 1 << 1)
        static let mtuProbe = Flags(rawValue: 1 << 2)
        static let acknowledgement = Flags(rawValue: 1 << 3)
        static let maximumData = Flags(rawValue: 1 << 4)
        static let acknowledged = Flags(rawValue: 1 << 5)
        /// It went over more than one path.
        static let copied = Flags(rawValue: 1 << 6)
        /// It went out with ECT(0).
        static let marked = Flags(rawValue: 1 << 7)
    }

    /// A run of input events in the packet.
    struct InputRun: Sendable {
        var first: UInt64 = 0
        var count: UInt16 = 0
    }

    static let maximumChunks = 3

    var sentAt = Instant.zero
    var flags: Flags = []
    var bytes: UInt16 = 0
    var chunkCount: UInt8 = 0
    /// Streams whose MAX_STREAM_DATA it holds, one bit each.
    var creditedStreams: UInt16 = 0
    /// Counts path changes: losses and samples speak only for the path the packet took.
    var generation: UInt32 = 0
    /// The largest number its ACK frame names.
    var acknowledgedLargest: UInt64 = 0
    var newInput = InputRun()
    var repeatedInput = InputRun()
    var chunks: [3 of StreamChunk] = InlineArray(repeating: StreamChunk())
    /// For the delivery rate: the bytes delivered when it was sent, and when the last of those were.
    var deliveredBytes: UInt64 = 0
    var deliveredAt = Instant.zero

    mutating func add(_ chunk: StreamChunk) {
        chunks[Int(chunkCount)] = chunk
        chunkCount += 1
    }
}
