import WireFormat

/// Packets to the peer.
extension Connection {
    /// Writes the next packet, if there is something to send and the path has room for it now.
    ///
    /// Priorities: acknowledgements and input, control stream, state, other streams. Acknowledgements and input are not
    /// held back by congestion control, within a bound.
    ///
    /// - Parameter packet: empty, with room for 1,500 bytes.
    /// - Returns: the packet number to seal it with, or nil: nothing to send, or nothing may be sent before
    ///   `nextDeadline` or the next acknowledgement.
    public mutating func pollTransmit(
        into packet: inout OutputSpan<UInt8>, at now: Instant, channel: inout some StateChannel
    ) -> UInt64? {
        switch phase {
        case .open: return pollOpen(into: &packet, at: now, channel: &channel)
        case .closing(let reason, true, let received):
            phase = .closing(reason, isOwed: false, received: received)
            return pollClosing(reason, into: &packet, at: now, channel: &channel)
        case .closing, .draining, .closed: return nil
        }
    }

    /// Whether `pollTransmit` may write something: a question that spares a caller its buffers, since most polls end a
    /// series.
    ///
    /// - Parameter hasContent: the channel's.
    public mutating func mayTransmit(hasContent: Bool, at now: Instant) -> Bool {
        isOpen ? hasOutput(hasContent, at: now) : true
    }

    private mutating func pollClosing(
        _ reason: CloseReason, into packet: inout OutputSpan<UInt8>, at now: Instant, channel: inout some StateChannel
    ) -> UInt64? {
        packet.append(varint: FrameType.close.rawValue)
        packet.append(varint: reason.code)
        packet.append(UInt8(reason.text.utf8.count))
        for byte in reason.text.utf8 { packet.append(byte) }
        return commit(PacketDraft(start: 0, end: packet.count), bytes: packet.count, at: now, channel: &channel)
    }

    private mutating func pollOpen(
        into packet: inout OutputSpan<UInt8>, at now: Instant, channel: inout some StateChannel
    ) -> UInt64? {
        timers[.pacing] = nil
        guard hasOutput(channel.hasContent, at: now) else { return nil }
        refillPacer(at: now)
        if let number = pollMTUProbe(into: &packet, at: now, channel: &channel) { return number }
        let start = packet.count
        let hasState = channel.hasContent
        let size = (hasState ? path.mtu.size : path.bulkPacketBytes) - configuration.recordOverheadBytes
        var draft = PacketDraft(start: start, end: start + min(size, packet.freeCapacity))
        draft.hasState = hasState
        guard admit(&draft, at: now) else { return nil }
        appendCopyMark(to: &packet)
        let contentStart = packet.count
        appendUrgent(to: &packet, &draft, at: now)
        if draft.isAdmitted {
            appendStream(0, to: &packet, &draft)
            if isBulkTurn(draft) { appendBulk(to: &packet, &draft) }
            appendState(to: &packet, &draft, at: now, channel: &channel)
            if !draft.record.flags.contains(.state) { appendBulk(to: &packet, &draft) }
        }
        let wantsAnswer = draft.record.flags.contains(.acknowledgement) && acknowledgement.wantsAnswer
        if !draft.isAckEliciting, probesOwed > 0 || wantsAnswer { appendPing(to: &packet, &draft) }
        guard packet.count > contentStart else {
            packet.removeLast(contentStart - start)
            return nil
        }
        return commit(draft, bytes: packet.count - start, at: now, channel: &channel)
    }

    /// Whether anything waits to go. Drivers poll until there is nothing, so most polls end here.
    private mutating func hasOutput(_ hasState: Bool, at now: Instant) -> Bool {
        hasState || isPingOwed || probesOwed > 0 || isInputRepeatDue || flow.isOwed || inputSender.hasUnsent
            || acknowledgement.isDue(at: now) || hasPending(0) || hasBulk || wantedMTUProbe(at: now) != nil
    }

    /// Decides what may go: nothing, only what is urgent, or everything.
    ///
    /// - Returns: false if there is nothing that may be sent now.
    private mutating func admit(_ draft: inout PacketDraft, at now: Instant) -> Bool {
        // State content waits for no larger a gap than bulk would fill.
        let bytes = min(draft.room + configuration.recordOverheadBytes, path.bulkPacketBytes)
        let window = race == nil ? path.controller.windowBytes : max(path.controller.windowBytes, initialWindowBytes)
        let hasData = draft.hasState || hasPending(0) || hasBulk
        let hasWindow = path.bytesInFlight + bytes <= window
        let isPaced = path.pacer.allows(bytes)
        draft.isAdmitted = probesOwed > 0 || (hasWindow && isPaced)
        draft.isInputAdmitted = draft.isAdmitted || path.bytesInFlight < window + Self.urgentAllowanceBytes
        if hasData, !draft.isAdmitted {
            if !hasWindow || path.controller.isPaceGoverned {
                path.limitedThrough = sent.end > 0 ? sent.end - 1 : nil
            }
            if hasWindow {
                timers[.pacing] = path.pacer.readyAt(bytes: bytes, bytesPerSecond: path.pacingBytesPerSecond)
            }
        }
        let hasInput = draft.isInputAdmitted && (inputSender.hasUnsent || isInputRepeatDue)
        return acknowledgement.isDue(at: now) || hasInput || isPingOwed || flow.isOwed || probesOwed > 0
            || (hasData && draft.isAdmitted)
    }

    /// Input and flow control may exceed the window by so much in flight: enough for typing, not for harm.
    static let urgentAllowanceBytes = 8_192

    private mutating func appendUrgent(to packet: inout OutputSpan<UInt8>, _ draft: inout PacketDraft, at now: Instant)
    {
        if acknowledgement.isUseful { appendAcknowledgement(to: &packet, &draft, at: now) }
        if draft.isInputAdmitted { appendInput(to: &packet, &draft, at: now) }
        if isPingOwed { appendPing(to: &packet, &draft) }
        appendCredit(to: &packet, &draft)
    }

    /// Inlined, as what is asked of it for each packet: a call would be given a copy of the connection.
    @inline(__always)
    func hasPending(_ stream: Int) -> Bool { sendStreams[stream].hasPending(connectionCredit: flow.available) }

    @inline(__always)
    var hasBulk: Bool {
        for index in 1..<StreamIdentifier.count where hasPending(index) { return true }
        return false
    }

    private func isBulkTurn(_ draft: PacketDraft) -> Bool {
        packetsSinceBulk + 1 >= configuration.bulkShareDivisor && draft.hasState && hasBulk
    }

    private mutating func refillPacer(at now: Instant) {
        path.pacer.refill(
            bytesPerSecond: path.pacingBytesPerSecond, packetBytes: path.bulkPacketBytes,
            windowBytes: path.controller.windowBytes, isIdle: path.bytesInFlight == 0, at: now)
    }

    /// The packet size to be tried next, when the path is known to work.
    private mutating func wantedMTUProbe(at now: Instant) -> Int? {
        guard path.roundTrip.hasSample, race == nil, probeTimeoutCount == 0, probesOwed == 0 else { return nil }
        return path.mtu.wantedProbe(at: now)
    }

    /// A packet padded to the size to be tried.
    private mutating func pollMTUProbe(
        into packet: inout OutputSpan<UInt8>, at now: Instant, channel: inout some StateChannel
    ) -> UInt64? {
        guard let size = wantedMTUProbe(at: now), path.bytesInFlight + size <= path.controller.windowBytes else {
            return nil
        }
        let start = packet.count
        let bytes = size - configuration.recordOverheadBytes
        guard bytes <= packet.freeCapacity, bytes > 64 else { return nil }
        var draft = PacketDraft(start: start, end: start + bytes)
        if acknowledgement.isUseful { appendAcknowledgement(to: &packet, &draft, at: now) }
        appendPing(to: &packet, &draft)
        packet.append(repeating: 0, count: start + bytes - packet.count)
        draft.record.flags.insert(.mtuProbe)
        path.mtu.probeSent(size)
        return commit(draft, bytes: bytes, at: now, channel: &channel)
    }

    /// Gives the packet its number and keeps what must be known of it.
    private mutating func commit(
        _ draft: PacketDraft, bytes: Int, at now: Instant, channel: inout some StateChannel
    ) -> UInt64 {
        let number = sent.end
        var record = draft.record
        record.sentAt = now
        record.bytes = UInt16(clamping: bytes + configuration.recordOverheadBytes)
        record.generation = path.generation
        if race != nil || isEchoing { record.flags.insert(.copied) }
        if path.bytesInFlight == 0 { path.delivery.restart(at: now) }
        record.deliveredBytes = path.delivery.deliveredBytes
        record.deliveredAt = path.delivery.deliveredAt
        mark(&record, isAckEliciting: draft.isAckEliciting)
        if draft.isAckEliciting {
            enterFlight(&record, at: now)
            awaitAnswer(to: number, record, at: now)
        }
        if sent.isFull { lose(sent.first, sent[sent.first], channel: &channel, at: now) }
        sent.forgetSettled()
        sent.append(record)
        if record.flags.contains(.acknowledgement) {
            acknowledgement.acknowledgementSent(isAnswered: draft.isAckEliciting)
            timers[.acknowledgement] = nil
        }
        counts.packetsSent += 1
        counts.bytesSent += UInt64(bytes)
        setProbeTimer(at: now)
        return number
    }

    /// Says whether the packet is to carry ECT(0). Only what is acknowledged does, for only that can be compared with the
    /// peer's counts; and nothing that goes over two paths, for whichever copy came first may have lost its mark.
    private mutating func mark(_ record: inout SentPacket, isAckEliciting: Bool) {
        transmittedECN = .notCapable
        guard configuration.usesECN, isAckEliciting, !record.flags.contains(.copied), path.ecn.marks else { return }
        transmittedECN = .capable0
        record.flags.insert(.marked)
        path.ecn.packetSent()
        markedPackets += 1
        counts.packetsMarkable += 1
    }

    private mutating func enterFlight(_ record: inout SentPacket, at now: Instant) {
        record.flags.insert(.outstanding)
        elicitingInFlight += 1
        path.bytesInFlight += Int(record.bytes)
        path.pacer.spend(Int(record.bytes))
        lastElicitingSentAt = now
        if probesOwed > 0 { probesOwed -= 1 }
    }
}
