import WireFormat

/// Sending over a second path while the one in use is in doubt.
extension Connection {
    /// State datagrams in flight that a race sends anew at once: a frame or two. What else was lost is found out as soon
    /// as the other path brings its first acknowledgement.
    static let repeatedStateDatagrams = 16

    /// The path in use is silent: until `endRace` or `pathChanged`, the owner sends each packet over this path and the
    /// one in use.
    ///
    /// The other path's congestion control governs meanwhile. What is newest in flight goes out again at once: pixels,
    /// input, stream bytes. Packets carry a mark that asks the peer to answer wherever they arrive.
    ///
    /// - Parameter reason: `.peer` if it is the peer that is in doubt: it may not have had our packets, or we not its; what
    ///   is in flight is not sent anew before that is known, which is when its answers are overdue, as they would be
    ///   without the race.
    public mutating func race(
        on identifier: PathIdentifier, measuredRTT: Interval? = nil, because reason: CopyReason, at now: Instant,
        channel: inout some StateChannel
    ) {
        guard isOpen else { return }
        if race == nil, identifier != path.identifier {
            // It is before the probe timeout that a path with a spare is doubted.
            if reason == .silence, hasLargePacketInFlight { suspectBlackHole(at: now) }
            beginRace(on: identifier, measuredRTT: measuredRTT, at: now)
        }
        probeTimeoutCount = 0
        isPingOwed = true
        isInputRepeatDue = !inputSender.isEmpty
        if reason == .silence {
            race?.isOurs = true
            forgetAwaited()
            repeatNewest(channel: &channel)
        }
        setProbeTimer(at: now)
    }

    private mutating func beginRace(on identifier: PathIdentifier, measuredRTT: Interval?, at now: Instant) {
        let suspect = path
        formerLossDelay = suspect.roundTrip.lossDelay
        race = Race(suspect: suspect, unanswered: awaited?.number ?? sent.end)
        path = takeUp(identifier, at: now) ?? newPath(identifier, measuredRTT, former: suspect, at: now)
        path.pacer = Pacer(burstBytes: initialWindowBytes, at: now)
    }

    /// The doubt was unfounded: the path in use is taken up as if nothing had been.
    public mutating func endRace(at now: Instant) {
        guard let ended = race else { return }
        race = nil
        formerLossDelay = path.roundTrip.lossDelay
        remember(path, at: now)
        path = ended.suspect
        path.mtu.takeUp()
        // After a doubt of the peer's alone, our own packets are still to be answered in their time.
        if ended.isOurs { forgetAwaited() } else { awaitAnswers(after: largestAcknowledged, at: now) }
        setProbeTimer(at: now)
    }

    /// Acknowledgements, since the race began, of packets that the path in doubt alone can have brought. They prove it
    /// alive if they came over it.
    public var answersOfSuspect: Int { race?.answers ?? 0 }

    /// The other path was chosen: it is the path in use, with all that was learnt of it since.
    mutating func winRace(_ won: Race, at now: Instant) {
        race = nil
        remember(won.suspect, at: now)
        counts.pathChanges += 1
        setProbeTimer(at: now)
    }

    /// What may leave at once over a path not measured, and in a race over one that was left with less.
    var initialWindowBytes: Int { configuration.initialWindowPackets * configuration.baseDatagramBytes }

    mutating func repeatNewest(channel: inout some StateChannel) {
        giveUpNewestState(limit: Self.repeatedStateDatagrams, channel: &channel)
        var number = sent.end
        while number > sent.first, sent.end - number < UInt64(Self.repeatedStateDatagrams) {
            number -= 1
            if sent.isOutstanding(number) { requeue(sent[number]) }
        }
    }

    mutating func appendCopyMark(to packet: inout OutputSpan<UInt8>) {
        if isEchoing {
            packet.append(varint: FrameType.echoed.rawValue)
        } else if race != nil {
            packet.append(varint: FrameType.raced.rawValue)
        }
    }
}
