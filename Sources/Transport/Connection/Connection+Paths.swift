import WireFormat

/// Moving from one network path to another.
extension Connection {
    /// Paths remembered besides the present one.
    static let maximumFormerPaths = 4

    /// How long what was learnt of a path holds.
    static let pathMemory = Interval.seconds(60)

    /// From now on, packets take another path.
    ///
    /// Each path has its own congestion control, round trip and datagram size. One that was in use within the last
    /// minute is taken up where it was left; a new one starts from the initial window, or from half of what the former
    /// path delivered over the new one's round trip, where that is more: most often the bottleneck is the access link,
    /// and that has not changed ("Convergence of Congestion Control from Retained State", draft-ietf-tsvwg-careful-resume).
    ///
    /// Packets in flight on the former path neither fill the new window nor count as congestion when lost. The change
    /// itself sends a PING, so that the new path is measured at once. Told of the present path again, the connection
    /// forgets the probe timeout's backoff and sends a PING: the network is back.
    ///
    /// - Parameter measuredRTT: the path's round trip, if connectivity checks have measured it.
    public mutating func pathChanged(to identifier: PathIdentifier, measuredRTT: Interval? = nil, at now: Instant) {
        guard isOpen else { return }
        let wasInDoubt = race != nil || isSilent
        isPingOwed = true
        probeTimeoutCount = 0
        if let race, identifier == path.identifier { return winRace(race, at: now) }
        endRace(at: now)
        guard identifier != path.identifier else {
            setProbeTimer(at: now)
            return
        }
        counts.pathChanges += 1
        let former = leavePath(at: now)
        path = takeUp(identifier, at: now) ?? newPath(identifier, measuredRTT, former: former, at: now)
        // A path left for a better one must still answer in its time: what kills it now mostly kills its twins, too.
        if wasInDoubt { forgetAwaited() }
        setProbeTimer(at: now)
    }

    /// The path in use, over which nothing came through for a while, may carry again: what is newest in flight goes out
    /// anew at once. Packets in flight neither fill the window nor count as congestion when lost.
    public mutating func resume(at now: Instant, channel: inout some StateChannel) {
        guard isOpen else { return }
        endRace(at: now)
        path = takeUp(leavePath(at: now).identifier, at: now) ?? path
        probeTimeoutCount = 0
        isPingOwed = true
        isInputRepeatDue = !inputSender.isEmpty
        forgetAwaited()
        repeatNewest(channel: &channel)
        setProbeTimer(at: now)
    }

    private mutating func leavePath(at now: Instant) -> PathState {
        formerLossDelay = path.roundTrip.lossDelay
        remember(path, at: now)
        return path
    }

    mutating func remember(_ left: PathState, at now: Instant) {
        formerPaths.removeAll { now - $0.leftAt > Self.pathMemory }
        if formerPaths.count == Self.maximumFormerPaths { formerPaths.removeFirst() }
        formerPaths.append(left)
        formerPaths[formerPaths.count - 1].leftAt = now
    }

    private mutating func nextGeneration() -> UInt32 {
        generations += 1
        return generations
    }

    mutating func takeUp(_ identifier: PathIdentifier, at now: Instant) -> PathState? {
        let index = formerPaths.firstIndex { $0.identifier == identifier && now - $0.leftAt <= Self.pathMemory }
        guard let index else { return nil }
        var known = formerPaths.remove(at: index)
        known.generation = nextGeneration()
        known.bytesInFlight = 0
        // What was lost when it went away was not congestion; no path begins with less.
        if known.controller.windowBytes < initialWindowBytes {
            known.controller = CongestionController(
                configuration.congestionControl, initialWindowBytes: initialWindowBytes, at: now)
        }
        known.limitedThrough = nil
        known.largestAcknowledged = nil
        known.suspiciousFrom = sent.end
        known.mtu.takeUp()
        known.ecn.takeUp(reported: reportedMarks)
        let burst = configuration.initialWindowPackets * configuration.baseDatagramBytes
        known.pacer = Pacer(burstBytes: min(burst, known.controller.windowBytes), at: now)
        return known
    }

    mutating func newPath(
        _ identifier: PathIdentifier, _ measuredRTT: Interval?, former: PathState, at now: Instant
    ) -> PathState {
        let rtt = measuredRTT ?? max(former.roundTrip.smoothed, configuration.initialRTT)
        let initial = configuration.initialWindowPackets * configuration.baseDatagramBytes
        let carried = former.delivery.bytesPerSecond * rtt.seconds / 2
        let window = max(initial, Int(min(carried, Double(former.controller.windowBytes) / 2)))
        return PathState(
            identifier, generation: nextGeneration(), configuration: configuration, initialRTT: rtt,
            isMeasured: measuredRTT != nil, windowBytes: window, burstBytes: initial, reportedMarks: reportedMarks,
            at: now)
    }
}
