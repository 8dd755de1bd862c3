import WireFormat

/// What we owe the peer in acknowledgements, and when.
struct AcknowledgementState: Sendable {
    private(set) var received = ReceivedPackets()
    private(set) var ecn = ECNCounts()
    /// Ack-eliciting packets since the last acknowledgement went out.
    private(set) var owed = 0
    /// When an acknowledgement must go out; at or before now means at once.
    private(set) var deadline: Instant?
    private var largestArrival = Instant.zero
    /// Acknowledgements sent in packets that the peer need not answer.
    private var unanswered = 0

    /// Takes note of a processed packet.
    ///
    /// - Parameter isUrgent: it carried input or a PING.
    mutating func packetReceived(
        _ number: UInt64, isAckEliciting: Bool, isUrgent: Bool, ecn codepoint: ECNCodepoint, at now: Instant,
        maximumDelay: Interval
    ) {
        let arrival = received.insert(number)
        if arrival != .late { largestArrival = now }
        count(codepoint)
        guard isAckEliciting else { return }
        owed += 1
        // Every second packet, gaps and marks at once: RFC 9000 sections 13.2.1 and 13.2.2.
        let isImmediate = isUrgent || owed >= 2 || arrival != .next || codepoint == .congestionExperienced
        let due = isImmediate ? now : now + maximumDelay
        deadline = deadline.map { min($0, due) } ?? due
    }

    /// Whether an acknowledgement is worth sending with whatever else is sent.
    var isUseful: Bool { owed > 0 }

    func isDue(at now: Instant) -> Bool { deadline.map { $0 <= now } ?? false }

    /// Whether the peer should be made to acknowledge an acknowledgement, so that old ranges can be forgotten
    /// (RFC 9000 section 13.2.4).
    var wantsAnswer: Bool { unanswered >= 32 && received.count > 8 }

    /// - Parameter isAnswered: the packet that carries the acknowledgement is itself ack-eliciting.
    mutating func acknowledgementSent(isAnswered: Bool) {
        owed = 0
        deadline = nil
        unanswered = isAnswered ? 0 : unanswered + 1
    }

    /// The peer has seen an acknowledgement up to this number. A margin stays, for packets overtaken on the way.
    mutating func acknowledgementSeen(largest: UInt64) {
        if largest > 64 { received.forget(through: largest - 64) }
    }

    /// Appends an ACK frame of at most `room` bytes; appends nothing if there is nothing to say or no room.
    ///
    /// - Returns: the largest number acknowledged.
    func append(to packet: inout OutputSpan<UInt8>, room: Int, at now: Instant) -> UInt64? {
        // Type 1, four numbers of at most 8, 4, 4 and 1 bytes, the first length 8, ECN 24.
        guard let largest = received.largest, room >= 50 else { return nil }
        let start = packet.count
        packet.append(varint: (ecn.isZero ? FrameType.acknowledgement : .acknowledgementECN).rawValue)
        packet.append(varint: largest)
        packet.append(varint: UInt64(clamping: min((now - largestArrival).nanoseconds / 1_000, 1 << 29)))
        packet.append(varint: Self.arrivalMicroseconds(largestArrival))
        let countOffset = packet.count
        packet.append(0)
        packet.append(varint: largest - received[0].lower)
        packet[countOffset] = appendRanges(to: &packet, end: start + room - 24)
        if !ecn.isZero {
            packet.append(varint: ecn.ect0)
            packet.append(varint: ecn.ect1)
            packet.append(varint: ecn.congestionExperienced)
        }
        return largest
    }

    private func appendRanges(to packet: inout OutputSpan<UInt8>, end: Int) -> UInt8 {
        var written: UInt8 = 0
        for index in 1..<max(received.count, 1) {
            let gap = received[index - 1].lower - received[index].upper - 2
            let length = received[index].upper - received[index].lower
            let size = OutputSpan<UInt8>.varintSize(gap) + OutputSpan<UInt8>.varintSize(length)
            guard packet.count + size <= end else { break }
            packet.append(varint: gap)
            packet.append(varint: length)
            written += 1
        }
        return written
    }

    static func arrivalMicroseconds(_ instant: Instant) -> UInt64 {
        UInt64(bitPattern: instant.nanoseconds / 1_000) & (AcknowledgementFrame.arrivalModulus - 1)
    }

    private mutating func count(_ codepoint: ECNCodepoint) {
        switch codepoint {
        case .notCapable: break
        case .capable0: ecn.ect0 += 1
        case .capable1: ecn.ect1 += 1
        case .congestionExperienced: ecn.congestionExperienced += 1
        }
    }
}
