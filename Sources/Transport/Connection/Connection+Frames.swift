import WireFormat

/// Writing the frames of a packet.
extension Connection {
    mutating func appendAcknowledgement(
        to packet: inout OutputSpan<UInt8>, _ draft: inout PacketDraft, at now: Instant
    ) {
        let room = draft.end - packet.count - (draft.hasState ? configuration.stateReserveBytes : 0)
        guard let largest = acknowledgement.append(to: &packet, room: max(room, 64), at: now) else { return }
        draft.record.flags.insert(.acknowledgement)
        draft.record.acknowledgedLargest = largest
    }

    mutating func appendPing(to packet: inout OutputSpan<UInt8>, _ draft: inout PacketDraft) {
        guard packet.count < draft.end else { return }
        packet.append(varint: FrameType.ping.rawValue)
        draft.isAckEliciting = true
        isPingOwed = false
    }

    /// Every waiting event if they fit; else the new ones, and of the old as many as there is room for.
    mutating func appendInput(to packet: inout OutputSpan<UInt8>, _ draft: inout PacketDraft, at now: Instant) {
        guard !inputSender.isEmpty else { return }
        let room = draft.end - packet.count
        let reserve = draft.hasState && draft.isAdmitted ? configuration.stateReserveBytes : 0
        let hasNew = inputSender.hasUnsent
        if inputSender.frameBytes > room - reserve, hasNew {
            draft.record.newInput = inputSender.appendFrame(from: inputSender.unsent, to: &packet, room: room)
        }
        if inputSender.frameBytes <= room - reserve || draft.record.newInput.count > 0 || !hasNew {
            draft.record.repeatedInput = inputSender.appendFrame(
                from: inputSender.first, to: &packet, room: draft.end - packet.count - reserve)
        }
        guard draft.record.newInput.count > 0 || draft.record.repeatedInput.count > 0 else { return }
        draft.isAckEliciting = true
        inputWasSent(hasNew: hasNew, at: now)
    }

    /// Input that nothing else repeats is repeated by itself twice, so that one loss costs milliseconds; after that it
    /// is up to the probe timeout.
    private mutating func inputWasSent(hasNew: Bool, at now: Instant) {
        if hasNew { inputHedges = 2 } else if isInputRepeatDue { inputHedges -= 1 }
        isInputRepeatDue = false
        let pause = min(max(path.roundTrip.smoothed / 4, .milliseconds(2)), .milliseconds(10))
        timers[.inputRepeat] = inputHedges > 0 ? now + pause : nil
    }

    mutating func appendCredit(to packet: inout OutputSpan<UInt8>, _ draft: inout PacketDraft) {
        if flow.isCreditOwed, draft.end - packet.count >= 9 {
            packet.append(varint: FrameType.maximumData.rawValue)
            packet.append(varint: flow.giveCredit())
            draft.record.flags.insert(.maximumData)
            draft.isAckEliciting = true
        }
        while flow.streamCreditOwed != 0, draft.end - packet.count >= 10 {
            let index = flow.streamCreditOwed.trailingZeroBitCount
            flow.streamCreditOwed &= flow.streamCreditOwed - 1
            let limit = receiveStreams[index].newCredit ?? receiveStreams[index].credit
            receiveStreams[index].creditGiven(limit)
            packet.append(varint: FrameType.maximumStreamData.rawValue)
            packet.append(varint: UInt64(index))
            packet.append(varint: limit)
            draft.record.creditedStreams |= 1 << UInt16(index)
            draft.isAckEliciting = true
        }
    }

    /// Chunks of one stream, as many as fit.
    mutating func appendStream(_ index: Int, to packet: inout OutputSpan<UInt8>, _ draft: inout PacketDraft) {
        while draft.record.chunkCount < SentPacket.maximumChunks, hasPending(index) {
            // The longest header: type, stream, eight bytes of offset, two of length.
            let room = draft.end - packet.count - 12
            guard room >= 16,
                let chunk = sendStreams[index].takeChunk(maximumBytes: room, connectionCredit: flow.available)
            else { return }
            let length = UInt16(chunk.range.upperBound - chunk.range.lowerBound)
            packet.append(varint: FrameType.stream.rawValue)
            packet.append(varint: UInt64(index))
            packet.append(varint: chunk.range.lowerBound)
            packet.append(bigEndian: length)
            sendStreams[index].copy(chunk.range, into: &packet)
            flow.sent(chunk.newBytes)
            counts.streamBytesSent += chunk.newBytes
            counts.streamBytesResent += UInt64(length) - chunk.newBytes
            draft.record.add(StreamChunk(offset: chunk.range.lowerBound, length: length, stream: UInt8(index)))
            draft.isAckEliciting = true
        }
    }

    /// The other streams, lowest first: the clipboard goes before files.
    mutating func appendBulk(to packet: inout OutputSpan<UInt8>, _ draft: inout PacketDraft) {
        let before = draft.record.chunkCount
        for index in 1..<StreamIdentifier.count {
            guard draft.record.chunkCount < SentPacket.maximumChunks else { break }
            appendStream(index, to: &packet, &draft)
        }
        if draft.record.chunkCount > before { packetsSinceBulk = 0 }
    }

    /// The channel's content, in a span of exactly the room that is left.
    mutating func appendState(
        to packet: inout OutputSpan<UInt8>, _ draft: inout PacketDraft, at now: Instant,
        channel: inout some StateChannel
    ) {
        guard draft.end - packet.count > 32, channel.hasContent else { return }
        let start = packet.count
        packet.append(varint: FrameType.state.rawValue)
        let number = sent.end
        let limit = draft.end
        let isFilled = unsafe packet.withUnsafeMutableBufferPointer { buffer, count in
            let region = unsafe UnsafeMutableBufferPointer(rebasing: buffer[count..<limit])
            var content = unsafe OutputSpan(buffer: region, initializedCount: 0)
            let isFilled = channel.fill(&content, packetNumber: number, at: now)
            count += unsafe content.finalize(for: region)
            return isFilled
        }
        guard isFilled else {
            packet.removeLast(packet.count - start)
            return
        }
        packetsSinceBulk += 1
        counts.stateDatagramsSent += 1
        draft.record.flags.insert(.state)
        draft.isAckEliciting = true
    }
}
