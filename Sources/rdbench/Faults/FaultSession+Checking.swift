import FileTransfer
import PeerSession
import Rendezvous
import SecureChannel
import WireFormat

/// What the programs say, and whether it may be so.
extension FaultSession {
    /// Each session's keys are watched from when its ends have them on.
    func watchRecords() {
        if let identifier = live.host.peer.sealingIdentifier, !witness.watches(identifier),
            let end = live.host.peer.recordWitness
        {
            witness.watch(end)
        }
        if let identifier = live.viewer.peer.sealingIdentifier, !witness.watches(identifier),
            let end = live.viewer.peer.recordWitness
        {
            witness.watch(end)
        }
    }

    /// Writes down what happened, where somebody wants to read it.
    func note(_ party: String, _ text: @autoclosure () -> String, at instant: Instant) {
        guard keepsJournal else { return }
        outcome.journal.append((instant, "\(party): \(text().prefix(Self.journalWidth))"))
    }

    /// What goes to and from the server, by the first bytes of each message.
    func watchSignaling() {
        for (name, machine) in [("host", live.hostHost), ("viewer", live.viewerHost)] {
            live.simulator.network.watch(machine) { [weak self] bytes, passage, now in
                let head = bytes.extracting(0..<min(24, bytes.count)).copied().map { String($0, radix: 16) }
                switch passage {
                case .messageIn: self?.note(name, "from the server: \(head.joined(separator: " "))", at: now)
                case .messageOut: self?.note(name, "to the server: \(head.joined(separator: " "))", at: now)
                case .datagramIn, .datagramOut: break
                }
            }
        }
    }

    /// Where both stand, as their agents see it.
    func notePaths() {
        for (name, text) in [("host", live.host.peer.paths), ("viewer", live.viewer.peer.paths)] {
            for line in text.split(separator: "\n") { note(name, "\(line)", at: live.simulator.now) }
        }
    }

    private static var journalWidth: Int { 240 }

    func readHostEvents() {
        while seen.host < live.host.events.count {
            let (event, instant) = live.host.events[seen.host]
            seen.host += 1
            note("host", "\(event)", at: instant)
            outcome.checks += 1
            switch event {
            case .code: isCodeUsed = false
            case .screenWanted: live.show(live.picture)
            case .codeBurned: fail("a code was burned, though nobody guessed")
            case .refused(let refusal): fail("the host refused a viewer: \(refusal)")
            case .session(let event):
                isCodeUsed = true
                readHost(event)
            default: break
            }
        }
    }

    private func readHost(_ event: SessionEvent) {
        switch event {
        case .input(let input): receive(input)
        case .clipboard(let text):
            let isLate = hostsSession != ledger.number && isPastedLate(text)
            if !isLate, !ledger.paste(text, isHosts: false) {
                fail("the host got a text that nobody had copied, twice or from elsewhere")
            }
        case .ended(let end):
            if !mayHostEnd(end) { fail("the host's session has ended: \(end.name)") }
            hostsSession = nil
            live.actAsHost { $0.conclude(nil, at: $1) }
        default: break
        }
    }

    private func isPastedLate(_ text: ClipboardText) -> Bool {
        for index in formerLedgers.indices where formerLedgers[index].paste(text, isHosts: false) { return true }
        return false
    }

    private func receive(_ input: InputEvent) {
        if case .pointerMoved(let session, 0) = input, Int(session) == ledger.number { hostsSession = ledger.number }
        guard hostsSession == ledger.number else { return }
        if !ledger.receive(input) { fail("the host got \(input) in place of what was typed") }
    }

    /// Only the end of a program ends a session.
    private func mayHostEnd(_ end: SessionEnd) -> Bool {
        switch end {
        // By the same viewer, started again or asking again since it had no path yet.
        case .superseded: hostsSession != ledger.number
        case .closedByPeer: isSayingGoodbye
        default: false
        }
    }

    func readViewerEvents() {
        while seen.viewer < live.viewer.events.count {
            let (event, instant) = live.viewer.events[seen.viewer]
            seen.viewer += 1
            note("viewer", "\(event)", at: instant)
            outcome.checks += 1
            guard case .session(let event) = event else { continue }
            switch event {
            case .connected: isViewerConnected = true
            case .clipboard(let text):
                if !ledger.paste(text, isHosts: true) {
                    fail("the viewer got a text that nobody had copied, twice or from elsewhere")
                }
            case .file(let event): if let fault = files.note(event) { fail(fault) }
            case .ended(let end):
                if mayComeAgain(after: end) {
                    comeAgain()
                } else if !isSayingGoodbye, !isHostGone {
                    // Once the host's program is gone, the session is over, whether it is told so or not.
                    fail("the viewer's session has ended: \(end.name)")
                }
            default: break
            }
        }
    }

    /// Whoever comes to a server that the host has not come back to hears that nobody is there, and tries again; so does
    /// whoever comes to the host's own address while one of the two sleeps or is cut off for long.
    private func mayComeAgain(after end: SessionEnd) -> Bool {
        guard !isViewerConnected else { return false }
        if plan.variation == .pathAlone { return end == .timedOut && viewerStartedAt <= partedUntil }
        return starts.viewer > 0 && end == .refusedByServer(.noSuchRoom)
    }

    func check() {
        weigh(live.host.peer.footprint)
        weigh(live.viewer.peer.footprint)
        weigh(serverFootprint)
        for fault in witness.faults { fail(fault) }
        outcome.checks += 2
    }

    private func weigh(_ footprint: [(name: String, count: Int, limit: Int)]) {
        outcome.checks += footprint.count
        for entry in footprint where entry.count > outcome.peaks[entry.name]?.count ?? -1 {
            outcome.peaks[entry.name] = (entry.count, entry.limit)
            if entry.count > entry.limit { fail("\(entry.count) \(entry.name), more than \(entry.limit)") }
        }
    }

    /// Few programs have come to the server, and each that has gone may leave one of each behind for a while.
    private var serverFootprint: [(name: String, count: Int, limit: Int)] {
        guard case .server(let server) = live.simulator[live.serverHost] else { return [] }
        let statistics = server.rendezvous.statistics
        let programs = 2 + starts.host + starts.viewer
        return [
            ("server's connections", statistics.connections, 2 * programs),
            ("server's sessions", statistics.sessions, 2 * programs),
            ("server's venues", statistics.venues, 2 * programs),
            ("server's meetings", statistics.waitingMeetings, 2 * programs),
            ("server's allocations", server.turn.allocationCount, 16 * programs),
        ]
    }
}
