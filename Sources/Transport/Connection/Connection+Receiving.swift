import WireFormat

/// Packets from the peer.
extension Connection {
    /// Takes a packet that the record layer has opened.
    ///
    /// - Parameters:
    ///   - packetNumber: the record's sequence number.
    ///   - ecn: how the datagram was marked, where the driver can tell.
    public mutating func receive(
        _ packet: Span<UInt8>, packetNumber: UInt64, ecn: ECNCodepoint = .notCapable, at now: Instant,
        channel: inout some StateChannel
    ) throws(Failure) {
        counts.packetsReceived += 1
        counts.bytesReceived += UInt64(packet.count)
        switch phase {
        case .open: break
        case .closing: return receiveWhileClosing(packet, at: now)
        case .draining, .closed: throw .closed
        }
        guard !acknowledgement.received.contains(packetNumber) else {
            counts.packetsDuplicated += 1
            throw .duplicatePacket
        }
        do {
            try check(packet)
        } catch {
            counts.packetsRefused += 1
            throw error
        }
        try apply(packet, packetNumber: packetNumber, ecn: ecn, at: now, channel: &channel)
    }

    /// Reads every frame without effect, so that a bad packet is refused whole.
    private func check(_ packet: Span<UInt8>) throws(Failure) {
        guard packet.count > 0, packet.count <= 65_535 else { throw .truncated }
        var reader = FrameReader(packet)
        var credit = CreditCheck(received: flow.receivedBytes, limit: flow.receiveCredit)
        while let frame = try reader.next() {
            switch frame {
            case .acknowledgement(let frame):
                guard frame.largest < sent.end else { throw .acknowledgedUnsentPacket }
            case .input(let frame): try inputReceiver.check(frame)
            case .stream(let frame):
                try receiveStreams[frame.stream.index].check(frame)
                try credit.add(frame, highest: receiveStreams[frame.stream.index].highest)
            case .close(_, let text):
                guard Self.text(packet.extracting(text)) != nil else { throw .malformedClose }
            case .padding, .ping, .copied, .maximumData, .maximumStreamData, .state: break
            }
        }
    }

    private mutating func apply(
        _ packet: Span<UInt8>, packetNumber: UInt64, ecn: ECNCodepoint, at now: Instant,
        channel: inout some StateChannel
    ) throws(Failure) {
        var isAckEliciting = false
        var isUrgent = false
        peerCopyReason = nil
        var reader = FrameReader(packet)
        while let frame = try reader.next() {
            isAckEliciting = isAckEliciting || frame.isAckEliciting
            switch frame {
            case .padding: break
            case .ping: isUrgent = true
            case .copied(let reason): peerCopyReason = reason
            case .acknowledgement(let frame): receive(frame, in: packet, at: now, channel: &channel)
            case .input(let frame):
                isUrgent = true
                counts.inputEventsReceived += UInt64(inputReceiver.receive(frame, in: packet))
            case .stream(let frame): receive(frame, in: packet)
            case .maximumData(let limit): flow.raiseSendCredit(to: limit)
            case .maximumStreamData(let stream, let limit): sendStreams[stream.index].raiseCredit(to: limit)
            case .state(let body):
                counts.stateDatagramsReceived += 1
                channel.received(packet.extracting(body), packetNumber: packetNumber, at: now)
            case .close(let code, let text):
                receiveClose(CloseReason(code: code, text: Self.text(packet.extracting(text)) ?? ""), at: now)
                return
            }
        }
        acknowledgement.packetReceived(
            packetNumber, isAckEliciting: isAckEliciting, isUrgent: isUrgent, ecn: ecn, at: now,
            maximumDelay: configuration.maximumAcknowledgementDelay)
        timers[.acknowledgement] = acknowledgement.deadline
        if ecn == .congestionExperienced { counts.marksReceived += 1 }
    }

    private mutating func receive(_ frame: StreamFrame, in packet: Span<UInt8>) {
        let index = frame.stream.index
        let before = receiveStreams[index].highest
        if receiveStreams[index].receive(frame, bytes: packet.extracting(frame.body)) {
            events.streamReadable(frame.stream)
        }
        flow.received(receiveStreams[index].highest - before)
        noteCredit(of: index)
    }

    private mutating func receiveClose(_ reason: CloseReason, at now: Instant) {
        phase = .draining
        events.closed(reason, by: .peer)
        beginEnd(at: now)
    }

    /// RFC 9000 section 10.2.1: the reason again, for ever fewer of the packets that still arrive.
    private mutating func receiveWhileClosing(_ packet: Span<UInt8>, at now: Instant) {
        guard case .closing(let reason, let isOwed, let received) = phase else { return }
        let count = min(received + 1, 1 << 20)
        phase = .closing(reason, isOwed: isOwed || count & (count - 1) == 0, received: count)
        var reader = FrameReader(packet)
        while let frame = try? reader.next() {
            guard case .close = frame else { continue }
            phase = .draining
            return
        }
    }

    private static func text(_ bytes: Span<UInt8>) -> String? {
        String(validating: bytes.copied(), as: UTF8.self)
    }
}
