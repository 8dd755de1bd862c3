import NetworkIO
import PeerSession
import Rendezvous
import SecureChannel
import WireFormat

/// One session, from its first path to its figures.
extension HostProgram {
    func handle(_ event: SessionEvent) throws {
        let now = driver.now
        switch event {
        case .authenticated:
            record(.sessionBegan)
            files?.begin()
            pastes?.end(desktop.clipboard)
            begin()
            forgetRandomness()
        case .connected(let pair, let setup):
            meter?.moved(to: pair, at: now)
            connected(setup)
            report(isFinal: false)
        case .pathChanged(let pair):
            let isNews = meter?.isNews(pair) ?? true
            meter?.moved(to: pair, at: now)
            report(isFinal: false)
            if let meter { reporter.pathMoved(meter, isNews: isNews && toldLooking != nil) }
        case .pathLost:
            meter?.lostPath()
            desktop.releaseAll()
            reporter.pathLost()
        case .roundTrip(let sample):
            meter?.record(sample)
            tellViewer()
        case .input(let event):
            try desktop.inject(event)
            switch event {
            case .key, .button: pace.noteInput(at: driver.now)
            case .pointerMoved, .releaseAll: break
            }
        case .clipboardWanted(let offer):
            try desktop.clipboard?.follow(offer.selections)
            reporter.clipboardShared(offer)
        case .clipboard(let text):
            reporter.clipboardReceived(text)
            try desktop.clipboard?.put(text)
            pastes?.noteText(in: text.selection)
        case .file(let event): files?.handle(event, at: now)
        case .paste(let event): try pastes?.handle(event, desktop.clipboard)
        case .ended(let end):
            endSession(end)
            forgetRandomness()
        case .punchSocketsWanted, .punchSocketsReleased, .answer, .signal, .streamWanted, .firstFrame, .sharpFrame,
            .pathMissing, .cursor, .inputPolicy, .timeLimit, .recorded, .listenersWanted, .connectionWanted,
            .connectionReleased:
            break
        }
    }

    /// What reads this program's memory later shall not find the secrets of this session.
    private func forgetRandomness() {
        var entropy = SystemRandomNumberGenerator()
        driver.peer.reseed(SeededRandom(from: &entropy))
    }

    /// Nothing for a while: what the viewer held down is let go, as its release may never come.
    func listen() {
        driver[.silence] = driver.now + SessionMeter.silence
        let count = driver.peer.transportStatistics?.packetsReceived ?? 0
        guard meter?.hasFallenSilent(packetsReceived: count) == true, meter?.isPathLost == false else { return }
        desktop.releaseAll()
        reporter.silence(of: "viewer")
    }

    private func begin() {
        meter = SessionMeter()
        desktop.invalidateCursor()
        if reporter.showsStatus || pastes != nil { driver[.status] = driver.now + .seconds(1) }
    }

    private func connected(_ setup: Interval) {
        let fields = meter?.pathFields ?? []
        driver[.silence] = driver.now + SessionMeter.silence
        driver[.report] = driver.now + SessionMeter.firstReport
        reporter.event("connected", fields + [("setup_ms", .number(setup.milliseconds))])
        toldLooking = nil
        // One who comes for files alone says so with its first packets, which a round trip has brought.
        if files == nil { tellViewer() }
    }

    private func tellViewer() {
        let isLooking = driver.peer.isScreenWanted
        guard let way = meter?.pathName, toldLooking != isLooking else { return }
        toldLooking = isLooking
        reporter.event("viewer", [("looks", .boolean(isLooking))])
        guard isLooking else {
            return reporter.say("Somebody is connected, \(way), to send or fetch files, and does not see this screen.")
        }
        let isViewOnly = driver.peer.session?.configuration.isViewOnly ?? settings.session.isViewOnly
        let hands = isViewOnly ? "They can look, but not touch." : "They can use keyboard and mouse."
        reporter.say("A viewer is connected, \(way), and sees this screen. \(hands) Ctrl-C ends it.")
    }

    private func endSession(_ end: SessionEnd) {
        tellViewer()
        ending = end
        driver[.conclude] = driver.now + .milliseconds(500)
        driver[.status] = nil
        driver[.silence] = nil
        driver[.report] = nil
        desktop.releaseAll()
        try? desktop.clipboard?.follow([])
        pastes?.end(desktop.clipboard)
        record(.sessionEnded)
        lock(after: end)
    }

    /// Waits until the viewer could be told.
    func concludeIfReady() {
        guard ending != nil, driver.peer.hasSaidGoodbye else { return }
        conclude()
    }

    func conclude() {
        guard let end = ending else { return }
        ending = nil
        driver[.conclude] = nil
        tellEnd(end)
        driver.peer.conclude(currentReport(isFinal: true), at: driver.now)
        meter = nil
        lockWithoutSuccessor(after: end)
        concluded(end)
    }

    private func tellEnd(_ end: SessionEnd) {
        var fields: [(name: String, value: JSONValue)] = [("reason", .string(end.name))]
        if case .closedByPeer(let word) = end, !word.isEmpty { fields.append(("detail", .string(word))) }
        let summary = summary
        reporter.event("ended", fields + (summary?.fields ?? []))
        reporter.say(texts.text(end) + (summary.map { "\n" + $0.text } ?? ""))
    }

    private var summary: SessionSummary? {
        guard let meter, let figures = driver.peer.figures, let transport = driver.peer.transportStatistics else {
            return nil
        }
        return SessionSummary(meter: meter, figures: figures, transport: transport, now: driver.now)
    }

    private func currentReport(isFinal: Bool) -> SessionReport? {
        guard let meter, let figures = driver.peer.figures else { return nil }
        return meter.report(figures, isFinal: isFinal, at: driver.now)
    }

    /// So that the server's operator sees how the sessions are that go on.
    func reportAgain() {
        report(isFinal: false)
        driver[.report] = driver.now + SessionMeter.reportInterval
    }

    private func report(isFinal: Bool) {
        if let report = currentReport(isFinal: isFinal) { driver.peer.report(report) }
    }

    func showStatus() {
        guard let summary, ending == nil else { return }
        reporter.status(pastes?.tellProgress() ?? summary.statusLine)
        driver[.status] = driver.now + .seconds(1)
    }
}
