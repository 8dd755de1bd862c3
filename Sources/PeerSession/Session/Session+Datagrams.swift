import ICE
import SecureChannel
import Transport
import WireFormat

/// The contract of a core machine: datagrams and time.
extension Session {
    /// The largest datagram a session sends or takes, in bytes.
    public static var maximumDatagramSize: Int { 1_500 }

    /// Takes a datagram from a socket. What is not the session's is dropped and counted; nothing that comes from the
    /// network ends the session but what the peer has sealed.
    ///
    /// - Parameter ecn: how it was marked on its way, where the driver can tell.
    public mutating func receive(
        _ datagram: Span<UInt8>, on path: Path, ecn: ECNCodepoint = .notCapable, at now: Instant
    ) {
        noteTurn(at: now)
        figures.datagramsReceived += 1
        figures.bytesReceived += UInt64(datagram.count)
        do {
            if !mappings.isEmpty, let index = mappingIndex(path) {
                try mappings[index].mapper.receive(datagram, on: path, at: now)
            } else if case .payload(let range, let pair) = try agent.receive(datagram, on: path, at: now) {
                if end == nil { receiveRecord(datagram.extracting(range), over: pair, ecn: ecn, at: now) }
            } else {
                settleRace(at: now)
            }
        } catch {
            drop()
        }
        process(at: now)
    }

    private mutating func receiveRecord(
        _ record: Span<UInt8>, over pair: PairIdentifier, ecn: ECNCodepoint, at now: Instant
    ) {
        guard record.count <= Self.maximumDatagramSize, records != nil else { return drop() }
        let answers = transport.answersOfSuspect
        let number: UInt64? = unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Self.maximumDatagramSize) {
            buffer in
            var plaintext = unsafe OutputSpan(buffer: buffer, initializedCount: 0)
            do {
                guard let number = try records?.open(record, into: &plaintext) else { return nil }
                try transport.receive(plaintext.span, packetNumber: number, ecn: ecn, at: now, channel: &screen)
                if let acknowledged = transport.highestAcknowledged { records?.acknowledge(acknowledged) }
                return number
            } catch RecordFailure.exhausted {
                close(.protocolFailure, text: "too many records were forged", at: now)
                return nil
            } catch {
                return nil
            }
        }
        guard let number else { return drop() }
        spokeAt = now
        noteHeard(at: now)
        noteRecord(number, over: pair, hasAnswer: transport.answersOfSuspect > answers, at: now)
        if !isProven {
            // The host has spoken under the final keys: it has the third message.
            isProven = true
            agent.checkData = nil
        }
    }

    /// Fires due timers.
    public mutating func advance(to now: Instant) {
        noteTurn(at: now)
        agent.advance(to: now)
        advanceMappings(to: now)
        advanceFiles(to: now)
        if records != nil {
            transport.advance(to: now, channel: &screen)
            noteSilence(at: now)
        }
        while let timer = deadlines.popDue(at: now) {
            switch timer {
            case .handshake: finish(.timedOut)
            case .reconnect: close(.unreachable, text: "no path for too long", at: now)
            case .limit: close(.timeIsOver, text: "its time is over", at: now)
            case .streams: climb(at: now)
            case .standby:
                agent.renewMappings(at: now)
                deadlines[.standby] = now + Self.standbyInterval
            case .silence: checkSilence(at: now)
            case .race: endRace(at: now)
            case .ping:
                transport.ping()
                deadlines[.ping] = now + configuration.pingInterval
            }
        }
        process(at: now)
    }

    /// Writes the next packet, which is a check, a server's request or a sealed record, and says which way it goes.
    ///
    /// - Parameter packet: empty, with room for `maximumDatagramSize` bytes.
    public mutating func pollTransmit(into packet: inout OutputSpan<UInt8>, at now: Instant) -> Path? {
        transmittedECN = .notCapable
        guard let path = nextTransmit(into: &packet, at: now) else { return nil }
        figures.datagramsSent += 1
        figures.bytesSent += UInt64(packet.count)
        return path
    }

    private mutating func nextTransmit(into packet: inout OutputSpan<UInt8>, at now: Instant) -> Path? {
        if case .ended = phase { return lastTransmit(into: &packet, at: now) }
        return agent.pollTransmit(into: &packet, at: now) ?? nextRecord(into: &packet, at: now)
            ?? pollMappings(into: &packet, at: now)
    }

    /// After the end: the peer is told, more than once, then the relays are given back.
    private mutating func lastTransmit(into packet: inout OutputSpan<UInt8>, at now: Instant) -> Path? {
        if let path = nextRecord(into: &packet, at: now) { return path }
        if transport.hasGoodbyes, agent.selectedIdentifier != nil { return nil }
        if !isReleased {
            isReleased = true
            agent.close(at: now)
            stopMappings(at: now)
        }
        return agent.pollTransmit(into: &packet, at: now) ?? pollMappings(into: &packet, at: now)
    }

    private mutating func nextRecord(into packet: inout OutputSpan<UInt8>, at now: Instant) -> Path? {
        guard records != nil, let pair = agent.selectedIdentifier ?? agent.earlyIdentifier else { return nil }
        if let path = nextCopy(into: &packet, at: now) { return path }
        screen.notePath(bytesPerSecond: transport.windowBytesPerSecond)
        guard transport.mayTransmit(hasContent: screen.hasContent, at: now) else { return nil }
        let size = Self.maximumDatagramSize
        return unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: size * 2) { buffer in
            var plaintext = unsafe OutputSpan(buffer: .init(rebasing: buffer[..<size]), initializedCount: 0)
            var record = unsafe OutputSpan(buffer: .init(rebasing: buffer[size...]), initializedCount: 0)
            guard let number = transport.pollTransmit(into: &plaintext, at: now, channel: &screen),
                seal(plaintext.span, packetNumber: number, into: &record)
            else { return nil }
            copy(record.span, takenBy: pair)
            guard let path = agent.send(record.span, over: pair, into: &packet, at: now) else {
                return nextCopy(into: &packet, at: now)
            }
            transmittedECN = transport.transmittedECN
            return path
        }
    }

    /// - Returns: false if there is no record. Once the keys may seal no more, nobody can be told of the end.
    @_lifetime(record: copy record)
    private mutating func seal(
        _ plaintext: Span<UInt8>, packetNumber: UInt64, into record: inout OutputSpan<UInt8>
    ) -> Bool {
        do {
            try records?.seal(plaintext, packetNumber: packetNumber, into: &record)
            return true
        } catch {
            if error == .exhausted { finish(.protocolFailure) }
            return false
        }
    }
}
