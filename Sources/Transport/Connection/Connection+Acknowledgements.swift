import WireFormat

/// What acknowledgements bring about (RFC 9002 appendix A.7).
extension Connection {
    mutating func receive(
        _ frame: AcknowledgementFrame, in packet: Span<UInt8>, at now: Instant, channel: inout some StateChannel
    ) {
        let deliveredBefore = path.delivery.deliveredBytes
        let largest = sent.contains(frame.largest) ? sent[frame.largest] : nil
        let newest = settleAcknowledged(frame, in: packet, at: now, channel: &channel)
        guard let newest else { return }
        answeredPacketSentAt = max(answeredPacketSentAt ?? newest.packet.sentAt, newest.packet.sentAt)
        if largestAcknowledged.map({ $0 < newest.number }) ?? true {
            noteMarks(frame.ecn ?? ECNCounts(), newest.packet, at: now)
            largestAcknowledged = newest.number
        }
        let sample = measure(newest, largest, frame, at: now)
        noteAnswer(to: newest.number, at: now)
        detectLosses(at: now, channel: &channel)
        let bytes = Int(path.delivery.deliveredBytes - deliveredBefore)
        let isLarge = (largest.map { Int($0.bytes) } ?? 0) * 4 >= path.bulkPacketBytes * 3
        if bytes > 0, newest.packet.generation == path.generation {
            path.controller.acknowledged(
                AcknowledgementSample(
                    now: now, bytes: bytes, largest: newest.number, next: sent.end,
                    largestSentAt: newest.packet.sentAt, rtt: isLarge ? sample.rtt : nil, oneWayDelay: sample.oneWay,
                    smoothedRTT: path.roundTrip.smoothed,
                    isWindowLimited: path.limitedThrough.map { $0 >= newest.number } ?? false,
                    packetBytes: path.mtu.size, newestBytes: Int(newest.packet.bytes),
                    deliveryBytesPerSecond: path.delivery.bytesPerSecond))
        }
        probeTimeoutCount = 0
        probesOwed = 0
        setProbeTimer(at: now)
    }

    /// Settles every outstanding packet that the frame names.
    ///
    /// - Returns: the newest of them.
    private mutating func settleAcknowledged(
        _ frame: AcknowledgementFrame, in packet: Span<UInt8>, at now: Instant, channel: inout some StateChannel
    ) -> (number: UInt64, packet: SentPacket)? {
        var newest: (number: UInt64, packet: SentPacket)?
        let known = sent.first..<sent.end
        frame.forEachRange(in: packet) { range in
            noteSpuriousLosses(in: range)
            guard range.upperBound >= known.lowerBound, range.lowerBound < known.upperBound else { return }
            var number = min(range.upperBound, known.upperBound - 1)
            let lowest = max(range.lowerBound, known.lowerBound)
            while true {
                if sent.isOutstanding(number) {
                    let record = acknowledge(number, at: now, channel: &channel)
                    if newest == nil { newest = (number, record) }
                }
                if number == lowest { break }
                number -= 1
            }
        }
        sent.forgetSettled()
        return newest
    }

    /// The peer has the packet.
    private mutating func acknowledge(
        _ number: UInt64, at now: Instant, channel: inout some StateChannel
    ) -> SentPacket {
        let record = sent.update(number) { packet in
            let before = packet
            packet.flags.remove([.outstanding, .state])
            packet.flags.insert(.acknowledged)
            return before
        }
        leaveFlight(record)
        if let race, record.generation == race.suspect.generation {
            if number >= race.unanswered { self.race?.answers += 1 }
            self.race?.suspect.mtu.delivered(Int(record.bytes))
        }
        if record.generation == path.generation {
            path.largestAcknowledged = max(path.largestAcknowledged ?? 0, number)
            path.delivery.acknowledged(Int(record.bytes), at: now)
            path.mtu.delivered(Int(record.bytes))
            if record.flags.contains(.marked) { path.ecn.packetAcknowledged() }
            if record.flags.contains(.mtuProbe) { path.mtu.probeAcknowledged(at: now) }
        }
        if record.flags.contains(.state) { channel.acknowledged(packetNumber: number) }
        if record.flags.contains(.acknowledgement) {
            acknowledgement.acknowledgementSeen(largest: record.acknowledgedLargest)
        }
        inputSender.acknowledge(record.newInput)
        inputSender.acknowledge(record.repeatedInput)
        if inputSender.isEmpty { timers[.inputRepeat] = nil }
        for index in 0..<Int(record.chunkCount) {
            let chunk = record.chunks[index]
            sendStreams[Int(chunk.stream)].chunkAcknowledged(chunk.range)
        }
        return record
    }

    mutating func leaveFlight(_ record: SentPacket) {
        elicitingInFlight -= 1
        if record.generation == path.generation {
            path.bytesInFlight -= Int(record.bytes)
        } else if record.generation == race?.suspect.generation {
            race?.suspect.bytesInFlight -= Int(record.bytes)
        }
    }

    /// Takes the round trip of the frame's largest packet, if that is newly acknowledged and took the present path
    /// (RFC 9002 section 5.1). It need not have asked for the answer; then one that did must be new.
    /// What went over two paths, either way, tells the round trip of neither. How long this machine was asleep, or the peer
    /// was, tells it no more: hence the limit.
    private mutating func measure(
        _ newest: (number: UInt64, packet: SentPacket), _ largest: SentPacket?, _ frame: AcknowledgementFrame,
        at now: Instant
    ) -> (rtt: Interval?, oneWay: Interval?) {
        guard let largest, largestMeasured.map({ $0 < frame.largest }) ?? true, peerCopyReason == nil,
            !largest.flags.contains(.copied),
            largest.generation == path.generation, newest.packet.generation == path.generation
        else { return (nil, nil) }
        largestMeasured = frame.largest
        let measured = min(now - largest.sentAt, path.roundTrip.longestSample)
        let delay = Interval.microseconds(Int64(min(frame.delayMicroseconds, 1 << 29)))
        path.roundTrip.update(measured: measured, acknowledgementDelay: min(delay, measured))
        path.delivery.sample(newest.packet, smoothedRTT: path.roundTrip.smoothed, at: now)
        events.rttSample(path.roundTrip.latest)
        let oneWay = path.oneWayDelay(arrivalMicroseconds: frame.arrivalMicroseconds, sentAt: largest.sentAt)
        return (path.roundTrip.latest, oneWay)
    }

    /// Packets taken for lost that arrived after all: the path reorders more than we thought (RFC 9002 section 6.1.1).
    private mutating func noteSpuriousLosses(in range: ClosedRange<UInt64>) {
        let count = recentlyLost.remove(in: range)
        guard count > 0 else { return }
        counts.packetsSpuriouslyLost += UInt64(count)
        path.packetThreshold = min(path.packetThreshold * 2, Self.maximumPacketThreshold)
    }

    /// Newly reported ECN marks count as one congestion event a round trip (RFC 9002 section 7.1).
    ///
    /// The counts of an acknowledgement that was overtaken are older than those known (RFC 9000 section 13.4.2.1), so
    /// this is for those alone that acknowledge something newer.
    private mutating func noteMarks(_ reported: ECNCounts, _ newest: SentPacket, at now: Instant) {
        guard reported.covers(reportedMarks) else { return path.ecn.fail() }
        let hasMarks = reported.congestionExperienced > reportedMarks.congestionExperienced
        reportedMarks = reported
        counts.marksReported = reported.congestionExperienced
        guard newest.generation == path.generation else { return }
        path.ecn.validate(reported, markedInAll: markedPackets)
        guard hasMarks, path.ecn.state != .failed else { return }
        counts.congestionEvents += 1
        path.controller.lost(
            LossSample(
                now: now, bytes: 0, largestSentAt: newest.sentAt, packetBytes: path.mtu.size,
                deliveryBytesPerSecond: path.delivery.bytesPerSecond, isPersistent: false, isMark: true))
    }
}
