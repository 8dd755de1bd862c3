import FileTransfer
import ICE
import Transport
import WireFormat

/// What agent and transport say, passed on after each call.
extension Session {
    mutating func process(at now: Instant) {
        screen.advance(to: now)
        drainMappings()
        drainAgent(at: now)
        noteReturn(at: now)
        drainTransport(at: now)
        tellCandidates()
        flushControl()
        flushInput()
        flushClipboard()
        moveFiles(at: now)
        noteMilestones(at: now)
    }

    /// Takes the agent's events while only candidates can be among them: before the first check.
    mutating func drainCandidates() {
        while let event = agent.pollEvent() {
            if case .localCandidate(let candidate) = event { untoldCandidates.append(candidate) }
        }
    }

    mutating func drainAgent(at now: Instant) {
        while let event = agent.pollEvent() {
            // Until the peer was told of the end often enough the agent goes on.
            guard end == nil else { continue }
            switch event {
            // While there is no viewer the agent keeps them; some will be gone when one comes.
            case .localCandidate(let candidate): if !isWaiting { untoldCandidates.append(candidate) }
            case .selectedPairChanged(let pair): select(pair, at: now)
            case .earlyPair(let pair): begin(over: pair, at: now)
            case .checkData(let message): receiveConfirmation(message.span, at: now)
            case .listenersWanted: events.append(.listenersWanted(sockets.filter { !agent.hasListener(at: $0.ip) }))
            case .connectionWanted(let path, let target): events.append(.connectionWanted(path, to: target))
            case .connectionReleased(let path): events.append(.connectionReleased(path))
            case .serverConnectionFailed(let path): replaceStream(path, at: now)
            case .failed where figures.setup == nil: events.append(.pathMissing)
            case .pairLost, .failed: notePathLoss(at: now)
            case .peerReturned: resume(at: now)
            case .traversalMessage(let bytes): sendControl(.traversal(bytes))
            case .punchSocketsWanted(let count, let ip): events.append(.punchSocketsWanted(count: count, at: ip))
            case .punchSocketsReleased(let addresses): events.append(.punchSocketsReleased(addresses))
            case .pairValidated, .gatheringFinished, .roleChanged, .serverFailed: break
            }
        }
    }

    /// The first data leaves. Since the answer left, it has reached the viewer, and the check has come back: the path takes
    /// no longer for that than signaling did.
    private mutating func begin(over pair: CandidatePair, at now: Instant) {
        transport.pathChanged(
            to: PathIdentifier(UInt64(pair.identifier.number)),
            measuredRTT: min(now - startedAt, Self.longestFirstRoundTrip), at: now)
    }

    /// Whether the peer may have a path to this side, be it that this side does not know yet that it works.
    var mayHavePath: Bool { figures.setup != nil || agent.earlyIdentifier != nil }

    /// RFC 9002 section 6.2.2: kInitialRtt is 333 ms.
    private static var longestFirstRoundTrip: Interval { .milliseconds(333) }

    private mutating func select(_ pair: CandidatePair, at now: Instant) {
        // The next of several silent paths, whose turn it is since the one before has expired, is no path yet.
        let isBack = !isPathLost || !agent.isInDoubt(pair.identifier)
        if isBack {
            deadlines[.reconnect] = nil
            isPathLost = false
            heardAt = now
            deadlines[.silence] = now + configuration.silenceLimit
        }
        forgetRace()
        if !pair.isRelayed, figures.directPath == nil { figures.directPath = now - startedAt }
        if figures.setup == nil {
            figures.setup = now - startedAt
            events.append(.connected(pair, setup: now - startedAt))
            deadlines[.ping] = now + configuration.pingInterval
            if let limit = configuration.timeLimit {
                deadlines[.limit] = now + limit
                sendControl(.timeLimit(seconds: UInt32(clamping: limit.nanoseconds / 1_000_000_000)))
            }
            if let policyLimit { deadlines[.limit] = now + policyLimit + Self.limitPatience }
        } else {
            figures.moves += 1
            screen.pathChanged()
            if isBack { events.append(.pathChanged(pair)) }
        }
        transport.pathChanged(
            to: PathIdentifier(UInt64(pair.identifier.number)), measuredRTT: pair.roundTripTime, at: now)
        if agent.isBroken { resume(at: now) }
    }

    /// What the host's word of the end may take to come, whose session may have begun a little later.
    private static var limitPatience: Interval { .seconds(5) }

    private mutating func notePathLoss(at now: Instant) {
        guard agent.selectedPair == nil, figures.setup != nil else { return }
        if isPathLost { goOnWithStreams(at: now) } else { losePath(at: now) }
    }

    private mutating func losePath(at now: Instant) {
        guard !isPathLost else { return }
        isPathLost = true
        deadlines[.silence] = nil
        deadlines[.reconnect] = now + configuration.reconnectPatience
        restartStreams(at: now)
        events.append(.pathLost)
    }

    /// Nothing has come for some time, or not quite so long yet.
    mutating func checkSilence(at now: Instant) {
        let limit = heardAt + configuration.silenceLimit
        if limit <= now { losePath(at: now) } else { deadlines[.silence] = limit }
    }

    /// The peer has spoken: if the path was given up for silence, it is back.
    mutating func noteHeard(at now: Instant) {
        heardAt = now
        guard isPathLost, let pair = agent.selectedPair else { return }
        isPathLost = false
        deadlines[.reconnect] = nil
        deadlines[.silence] = now + configuration.silenceLimit
        events.append(.pathChanged(pair))
    }

    private mutating func drainTransport(at now: Instant) {
        while let event = transport.pollEvent() {
            switch event {
            case .inputReceived(let bytes): receiveInput(bytes.span)
            case .streamReadable(.control): readControl(at: now)
            case .streamReadable(.clipboard): readClipboard()
            case .streamReadable(let stream):
                fileChannel.noteReadable(stream)
                pasteChannel.noteReadable(stream)
            case .rttSample(let sample): events.append(.roundTrip(sample))
            case .closed(let reason, let closer): if closer != .local { finish(.closedByPeer(reason.text)) }
            }
        }
    }

    private mutating func receiveInput(_ bytes: Span<UInt8>) {
        guard let event = InputEvent(decoding: bytes) else { return drop() }
        screen.note(event)
        if !configuration.isViewOnly { events.append(.input(event)) }
    }

    private mutating func noteMilestones(at now: Instant) {
        if figures.firstFrame == nil, screen.isComplete { figures.firstFrame = now - startedAt }
        if figures.firstFrame != nil, figures.sharpFrame == nil, screen.isExact { figures.sharpFrame = now - startedAt }
        // A picture may be here before this side has heard that the path works which brought it.
        guard figures.setup != nil else { return }
        if let firstFrame = figures.firstFrame, toldMilestones == 0 {
            toldMilestones = 1
            events.append(.firstFrame(firstFrame))
        }
        if let sharpFrame = figures.sharpFrame, toldMilestones == 1 {
            toldMilestones = 2
            events.append(.sharpFrame(sharpFrame))
        }
    }

    /// Counts what was dropped.
    mutating func drop() { figures.datagramsDropped += 1 }

    mutating func finish(_ end: SessionEnd) {
        if case .ended = phase { return }
        phase = .ended(end)
        endFiles()
        deadlines.removeAll()
        events.append(.ended(end))
    }
}
