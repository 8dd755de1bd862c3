import WireFormat

/// Loss detection and probe timeouts (RFC 9002 section 6).
extension Connection {
    /// RFC 9002 section 6.1.1: kPacketThreshold is 3. It doubles with each spurious loss, up to the maximum.
    static let packetThreshold: UInt64 = 3
    static let maximumPacketThreshold: UInt64 = 48

    /// RFC 9002 has no limit to the backoff. A session that sleeps must wake soon after the network does.
    static let maximumProbeInterval = Interval.seconds(1)

    /// RFC 9002 section 6.2.1.
    var probeInterval: Interval { path.roundTrip.probeTimeout + configuration.maximumAcknowledgementDelay }

    /// Fires what is due: losses, probes, repeated input, the connection's end.
    public mutating func advance(to now: Instant, channel: inout some StateChannel) {
        while let timer = timers.popDue(at: now) {
            switch timer {
            case .acknowledgement, .pacing: break
            case .loss: detectLosses(at: now, channel: &channel)
            case .silence: answerIsOverdue()
            case .probe: probeTimedOut(at: now, channel: &channel)
            case .inputRepeat: isInputRepeatDue = !inputSender.isEmpty
            case .goodbye: repeatGoodbye(at: now)
            case .end:
                phase = .closed
                timers.removeAll()
            }
        }
    }

    /// Declares packets lost that were sent long enough before an acknowledged one (RFC 9002 section 6.1).
    mutating func detectLosses(at now: Instant, channel: inout some StateChannel) {
        timers[.loss] = nil
        guard let largestAcknowledged else { return }
        var findings = LossFindings(baseBytes: configuration.baseDatagramBytes)
        var number = sent.first
        while number < largestAcknowledged, number < sent.end {
            let record = sent[number]
            if record.flags.contains(.outstanding) {
                let isPresent = record.generation == path.generation
                let delay = isPresent ? path.roundTrip.lossDelay : max(path.roundTrip.lossDelay, formerLossDelay)
                let isOvertaken = isPresent && path.largestAcknowledged ?? 0 >= number + path.packetThreshold
                if isOvertaken || record.sentAt + delay <= now {
                    lose(number, record, channel: &channel, at: now)
                    if isPresent { findings.add(record, number: number) }
                } else {
                    timers[.loss] = timers[.loss].map { min($0, record.sentAt + delay) } ?? record.sentAt + delay
                    if isPresent { break }
                }
            } else if record.flags.contains(.acknowledged) {
                findings.interrupt()
            }
            number += 1
        }
        sent.forgetSettled()
        report(findings, at: now)
        if let newest = findings.newestLarge, newest >= path.suspiciousFrom { suspectBlackHole(at: now) }
        setProbeTimer(at: now)
    }

    private mutating func report(_ findings: LossFindings, at now: Instant) {
        guard findings.bytes > 0 else { return }
        // RFC 9002 section 7.6.1: kPersistentCongestionThreshold is 3.
        let isPersistent = path.roundTrip.hasSample && findings.longestRun >= probeInterval * 3
        counts.congestionEvents += 1
        if isPersistent { counts.persistentCongestionEvents += 1 }
        path.controller.lost(
            LossSample(
                now: now, bytes: findings.bytes, largestSentAt: findings.largestSentAt,
                packetBytes: path.mtu.size, deliveryBytesPerSecond: path.delivery.bytesPerSecond,
                isPersistent: isPersistent))
    }

    /// Gives a packet up: what it carried that must arrive goes out again.
    mutating func lose(_ number: UInt64, _ record: SentPacket, channel: inout some StateChannel, at now: Instant) {
        sent.update(number) { $0.flags.remove([.outstanding, .state]) }
        leaveFlight(record)
        recentlyLost.append(number)
        if record.flags.contains(.marked), record.generation == path.generation, !record.flags.contains(.mtuProbe) {
            path.ecn.packetLost()
        }
        if record.flags.contains(.mtuProbe) {
            if record.generation == path.generation { path.mtu.probeLost(at: now) }
        } else {
            counts.packetsLost += 1
        }
        loseState(number, record, channel: &channel)
        requeue(record)
    }

    private mutating func loseState(_ number: UInt64, _ record: SentPacket, channel: inout some StateChannel) {
        guard record.flags.contains(.state) else { return }
        counts.stateDatagramsLost += 1
        channel.lost(packetNumber: number)
    }

    mutating func requeue(_ record: SentPacket) {
        for index in 0..<Int(record.chunkCount) {
            let chunk = record.chunks[index]
            sendStreams[Int(chunk.stream)].chunkLost(chunk.range)
        }
        if record.flags.contains(.maximumData) { flow.isCreditOwed = true }
        flow.streamCreditOwed |= record.creditedStreams
    }

    /// Nothing came back for too long: ask again, with something worth sending (RFC 9002 section 6.2.4).
    private mutating func probeTimedOut(at now: Instant, channel: inout some StateChannel) {
        guard elicitingInFlight > 0 else { return }
        counts.probeTimeouts += 1
        probesOwed = probeTimeoutCount == 0 ? 1 : 2
        probeTimeoutCount = min(probeTimeoutCount + 1, 32)
        path.ecn.probeTimedOut(inARow: probeTimeoutCount)
        if hasLargePacketInFlight { suspectBlackHole(at: now) }
        giveUpNewestState(limit: 2, channel: &channel)
        if sent.contains(sent.first), sent.isOutstanding(sent.first) { requeue(sent[sent.first]) }
        // From now, not from the last packet: that may have left long ago, while a loss timer was waited for.
        timers[.probe] = timers[.loss] == nil ? now + probeBackoff : nil
    }

    /// Large packets of the path in use were lost, or wait for their answer for too long, while small ones may pass. What has
    /// left by now raises no second doubt by being lost.
    mutating func suspectBlackHole(at now: Instant) {
        path.suspiciousFrom = sent.end
        path.mtu.suspectBlackHole(at: now)
    }

    /// Whether one of the newest packets in flight on the path in use, MTU probes aside, is larger than what every path
    /// carries.
    var hasLargePacketInFlight: Bool {
        var number = sent.end
        while number > sent.first, sent.end - number < 64 {
            number -= 1
            let record = sent[number]
            guard record.flags.contains(.outstanding), !record.flags.contains(.mtuProbe),
                record.generation == path.generation
            else { continue }
            if Int(record.bytes) > configuration.baseDatagramBytes { return true }
        }
        return false
    }

    /// The newest state in flight counts as lost for the channel, so that the probe carries its newest pixels instead of
    /// asking first: a lost tail costs a timeout, not a timeout and a round trip. For congestion control the packets
    /// stay in flight.
    mutating func giveUpNewestState(limit: Int, channel: inout some StateChannel) {
        var number = sent.end
        var remaining = limit
        while number > sent.first, remaining > 0, sent.end - number < 64 {
            number -= 1
            let record = sent[number]
            guard record.flags.contains([.outstanding, .state]) else { continue }
            sent.update(number) { $0.flags.remove(.state) }
            loseState(number, record, channel: &channel)
            remaining -= 1
        }
    }

    /// RFC 9002 appendix A.8: a loss timer goes before; without ack-eliciting packets in flight there is none.
    mutating func setProbeTimer(at now: Instant) {
        guard elicitingInFlight > 0, timers[.loss] == nil, let lastElicitingSentAt else {
            timers[.probe] = nil
            return
        }
        timers[.probe] = max(lastElicitingSentAt + probeBackoff, now)
    }

    /// RFC 9002 section 6.2.1: each probe timeout in a row doubles the wait.
    private var probeBackoff: Interval {
        let backoff = probeInterval * (1 << Int64(min(probeTimeoutCount, 16)))
        return min(backoff, max(probeInterval, Self.maximumProbeInterval))
    }
}
