import NetworkIO
import PeerSession
import Rendezvous
import WireFormat
import X11Desktop

/// One session, from its first path to its figures.
extension ViewerProgram {
    func handle(_ event: SessionEvent) throws {
        let now = driver.now
        switch event {
        case .connected(let pair, let setup):
            meter.moved(to: pair, at: now)
            connected(setup)
            moveFiles()
            rememberHost()
        case .pathChanged(let pair):
            let isNews = meter.isNews(pair)
            meter.moved(to: pair, at: now)
            report()
            reporter.pathMoved(meter, isNews: isNews)
            showTitle()
        case .pathMissing: tellMissingPath()
        case .pathLost:
            meter.lostPath()
            reporter.pathLost()
            showTitle()
        case .roundTrip(let sample): meter.record(sample)
        case .firstFrame(let interval): firstFrame(interval)
        case .sharpFrame(let interval): reporter.event("sharp_frame", [("sharp_ms", .number(interval.milliseconds))])
        case .cursor(let shape):
            try window?.setCursor(shape)
            recording?.append(.cursor(shape), at: now)
        case .clipboardWanted(let offer):
            try window?.clipboard?.follow(offer.selections)
            reporter.clipboardShared(offer)
        case .clipboard(let text):
            reporter.clipboardReceived(text)
            try window?.clipboard?.put(text)
            pastes?.noteText(in: text.selection)
        case .file(let event): handle(event)
        case .paste(let event): try pastes?.handle(event, window?.clipboard)
        case .inputPolicy(let isViewOnly): tellPolicy(isViewOnly)
        case .timeLimit(let limit):
            reporter.event("time_limit", [("seconds", .integer(limit.nanoseconds / 1_000_000_000))])
            reporter.say("The host ends this session after \(TimeSpan.words(limit)).")
        case .recorded:
            reporter.event("recorded")
            if !terms.isRecorded { reporter.say("The host records this session.") }
        case .ended(let end): ended(end)
        case .punchSocketsWanted, .punchSocketsReleased, .answer, .signal, .streamWanted, .authenticated, .input,
            .listenersWanted, .connectionWanted, .connectionReleased:
            break
        }
    }

    private func tellMissingPath() {
        reporter.event("path_missing")
        let advice =
            policyDetail?.text
            ?? (settings.session.policy == .directOnly
                ? "Networks like these two may need the server's relay: try without --relay never."
                : "`rdpeer doctor`, run on both machines, says what their networks let through.")
        reporter.warn("No path to the host yet; looking on. \(advice)")
    }

    /// Says so when nothing comes.
    func listen() {
        driver[.silence] = driver.now + SessionMeter.silence
        let count = driver.peer.session.transportStatistics.packetsReceived
        guard meter.hasFallenSilent(packetsReceived: count), !meter.isPathLost else { return }
        reporter.silence(of: "host")
    }

    private func connected(_ setup: Interval) {
        driver[.silence] = driver.now + SessionMeter.silence
        driver[.report] = driver.now + SessionMeter.firstReport
        reporter.event("connected", meter.pathFields + [("setup_ms", .number(setup.milliseconds))])
        reporter.say("Connected, \(meter.pathName ?? ""), after \(SessionSummary.text(setup.milliseconds)) ms.")
        report()
        if reporter.showsStatus || window != nil || files != nil { driver[.status] = driver.now + .seconds(1) }
        showTitle()
    }

    /// So that the server's operator sees how the sessions are that go on.
    func reportAgain() {
        report()
        driver[.report] = driver.now + SessionMeter.reportInterval
    }

    private func report() {
        driver.peer.report(meter.report(driver.peer.session.figures, isFinal: false, at: driver.now))
    }

    private func tellPolicy(_ isViewOnly: Bool) {
        reporter.event("input_policy", [("view_only", .boolean(isViewOnly))])
        if isViewOnly, settings.session.isScreenWanted { reporter.say("The host lets you look, but not touch.") }
        if isViewOnly { tellUntyped("the host takes no keys") }
    }

    /// Who asked for something to be typed does not get it.
    private func tellUntyped(_ reason: String) {
        guard settings.typedText != nil, isTyped != false else { return }
        isTyped = false
        untyped = []
        reporter.event("not_typed", [("detail", .string(reason))])
        reporter.warn("What --type names is not typed: \(reason).")
        closeIfDone()
    }

    /// Who comes for files alone may get the first picture all the same: it leaves before the host knows.
    private func firstFrame(_ interval: Interval) {
        guard settings.session.isScreenWanted else { return }
        let decoder = driver.peer.session.screen.decoder
        reporter.event(
            "first_frame",
            [
                ("ttff_ms", .number(interval.milliseconds)), ("width", .integer(Int64(decoder.width))),
                ("height", .integer(Int64(decoder.height))),
            ])
        if settings.session.isViewOnly { tellUntyped("--view-only sends no keys") }
        if let text = settings.typedText, isTyped == nil { untyped = InputEvent.typing(text) }
    }

    private func ended(_ end: SessionEnd) {
        ending = end
        pastes?.end(window?.clipboard)
        endDetail = endDetail ?? pathDetail(end) ?? (end == .unreachable ? policyDetail : nil)
        driver[.conclude] = driver.now + .milliseconds(500)
        pictureLimit = driver.now + Self.picturePatience
        driver[.status] = nil
        driver[.duration] = nil
        driver[.unreachable] = nil
        driver[.rest] = nil
        driver[.silence] = nil
        driver[.report] = nil
    }

    /// A picture of the session is waited for, but not a disk that hangs.
    private static let picturePatience = Interval.seconds(10)

    /// Waits until the host could be told.
    func concludeIfReady() throws {
        if ending != nil, !isWriting, driver.peer.session.hasSaidGoodbye { try conclude() }
    }

    func conclude() throws {
        guard let end = ending else { return }
        if isWriting, let pictureLimit, driver.now < pictureLimit {
            // Once set, it makes the next signal the second.
            if driver[.giveUp] != nil { driver[.giveUp] = pictureLimit + .seconds(1) }
            driver[.conclude] = driver.now + .milliseconds(100)
            return
        }
        ending = nil
        driver[.conclude] = nil
        giveUpSoon()
        // The last picture and the recording's end are of the same moment.
        try finishRecording()
        if settings.snapshotFile != nil, settings.snapshotMoment == .end, fault == nil {
            try writeSnapshotNow()
        }
        if isTypingOpen { tellUntyped("the session ended before all of it was sent") }
        tellEnd(end)
        driver.peer.conclude(
            meter.report(driver.peer.session.figures, isFinal: true, at: driver.now), at: driver.now)
        let isSnapshotMissing = settings.snapshotFile != nil && !isSnapshotWritten
        let isTextMissing = isTyped == false
        if !isOrderly(end) || isSnapshotMissing || isTextMissing || areFilesMissing { exitStatus = .failed }
    }

    /// A host that ended it before there was a path, or a picture for who wants one, has turned this viewer away.
    private func isOrderly(_ end: SessionEnd) -> Bool {
        let hasBegun =
            meter.pair != nil
            && (!settings.session.isScreenWanted || driver.peer.session.figures.firstFrame != nil)
        if case .closedByPeer = end, !hasBegun { return false }
        return end.isOrderly && endDetail == nil
    }

    private func tellEnd(_ end: SessionEnd) {
        var fields: [(name: String, value: JSONValue)] = []
        if let endDetail {
            fields = [("reason", .string(SessionEnd.unreachable.name)), ("detail", .string(endDetail.name))]
        } else {
            fields = [("reason", .string(end.name))]
            switch end {
            case .closedByPeer(let word): if !word.isEmpty { fields.append(("detail", .string(word))) }
            case .refusedByServer(let reason): fields.append(("detail", .string(reason.name)))
            default: break
            }
        }
        let text = endDetail?.text ?? texts.text(end)
        fields.append(("text", .string(text)))
        reporter.event("ended", fields + summary.fields)
        let figures = meter.pair == nil ? "" : "\n" + summary.text
        if isOrderly(end) { reporter.say(text + figures) } else { reporter.warn(text + figures) }
    }

    var summary: SessionSummary {
        SessionSummary(
            meter: meter, figures: driver.peer.session.figures, transport: driver.peer.session.transportStatistics,
            now: driver.now)
    }

    func showStatus() throws(DisplayFailure) {
        guard ending == nil else { return }
        driver[.status] = driver.now + .seconds(1)
        let progress = tellProgress()
        if settings.files?.isAll == true {
            if let progress { reporter.status(progress) }
            return
        }
        let summary = summary
        reporter.status(progress ?? summary.statusLine)
        status.measure(
            frames: window?.frameCount ?? 0, bytes: summary.figures.bytesReceived, at: driver.now)
        try showStatusLine(progress)
        showTitle()
    }

    /// In the window, if it was asked for there.
    ///
    /// - Parameter progress: how far files are.
    func showStatusLine(_ progress: String? = nil) throws(DisplayFailure) {
        guard let window, window.isStatusShown else { return }
        let screen = driver.peer.session.screen
        let text = status.text(summary, exactShare: screen.isExact ? 1 : screen.exactShare)
        try window.setStatus([text, progress].compactMap(\.self).joined(separator: " | "))
    }

    private func showTitle() {
        guard let window else { return }
        let way = meter.isPathLost ? "no path, looking for another" : meter.pathName ?? "connecting"
        let trip = meter.roundTripMilliseconds(percentile: 50).map { ", \(SessionSummary.text($0)) ms" } ?? ""
        window.setTitle("rdpeer: \(way)\(trip)")
    }
}
