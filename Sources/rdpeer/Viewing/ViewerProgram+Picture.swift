import NetworkIO
import PeerSession
import WireFormat

/// What the user sees and does.
extension ViewerProgram {
    /// Frequent small changes are painted together.
    private static let shortestPresentation = Interval.milliseconds(8)

    /// A picture that stays exact for so long is taken for still.
    private static let rest = Interval.milliseconds(250)

    func present() throws {
        noteDamage()
        guard let window, window.hasNews else { return }
        let now = driver.now
        if let lastPresented, now < lastPresented + Self.shortestPresentation {
            driver[.present] = lastPresented + Self.shortestPresentation
            return
        }
        lastPresented = now
        try window.present(driver.peer.session.screen.decoder)
        try tellNews(window.takeNews())
    }

    private func noteDamage() {
        var isChanged = false
        let window = window
        driver.peer.takeDamage { rectangle in
            isChanged = true
            window?.note(rectangle)
        }
        tellProbe(isDamaged: isChanged)
        if isChanged, ending == nil, !isFinished { driver[.rest] = driver.now + Self.rest }
    }

    /// Tells programs that the picture has come to rest: exact, and unchanged for a while.
    func noteRest() {
        guard driver.peer.session.screen.isExact else {
            driver[.rest] = driver.now + Self.rest
            return
        }
        reporter.event("at_rest", [("screen_datagrams", .unsigned(driver.peer.session.screen.datagramCount))])
    }

    /// - Returns: whether there was any.
    func sendInput() throws -> Bool {
        guard let window else { return false }
        let input = try window.takeInput()
        for event in input {
            for passed in pointer.pass(event, at: driver.now) { driver.peer.send(passed) }
        }
        driver[.pointer] = pointer.nextDeadline
        try tellNews(window.takeNews())
        if window.isClosed, ending == nil { close() }
        return !input.isEmpty
    }

    /// Sends where the pointer has come to since its place was sent.
    func sendPointer() {
        if let place = pointer.take(at: driver.now) { driver.peer.send(place) }
    }

    private func tellNews(_ news: [WindowNews]) throws {
        for change in news {
            switch change {
            case .opened(let identifier): reporter.event("window", [("id", .unsigned(UInt64(identifier)))])
            case .status(let isShown):
                try showStatusLine()
                reporter.event("status_line", [("shown", .boolean(isShown))])
            case .fullScreen(let isFull): reporter.event("full_screen", [("full", .boolean(isFull))])
            case .keys(let areGrabbed): reporter.event("keyboard_grab", [("grabbed", .boolean(areGrabbed))])
            }
        }
    }

    /// Sends what was copied here.
    ///
    /// - Returns: whether there was anything.
    func sendClipboard() -> Bool {
        let hasCopied = window?.clipboard?.share(reporter) { driver.peer.send($0, at: driver.now) } ?? false
        let hasFiles = pastes?.serve(window?.clipboard) ?? false
        return hasCopied || hasFiles
    }

    /// Sends what `--type` asked for, as far as it goes out at once.
    func sendTyped() -> Bool {
        var count = 0
        while count < untyped.count, driver.peer.hasRoomForInput, driver.peer.send(untyped[count]) { count += 1 }
        guard count > 0 else { return false }
        untyped.removeFirst(count)
        if untyped.isEmpty {
            isTyped = true
            reporter.event("typed")
            closeIfDone()
        }
        return true
    }

    /// Whether there is something to be typed that is neither on its way nor known to be in vain.
    var isTypingOpen: Bool { settings.typedText?.isEmpty == false && isTyped == nil }

    /// Without a window and a duration, a picture and what is to be typed were all that was asked for.
    func closeIfDone() {
        let isBounded = window == nil && settings.duration == nil && settings.snapshotMoment != .end
        if isBounded, isSnapshotWritten, !isTypingOpen, driver.peer.session.end == nil { close() }
    }

    func writeSnapshotIfDue() throws {
        guard isSnapshotDue, !isWriting, ending == nil else { return }
        let screen = driver.peer.session.screen
        let isReady = settings.snapshotMoment == .first && !isSnapshotWritten ? screen.isComplete : screen.isExact
        guard isReady, let snapshot else { return }
        isSnapshotDue = false
        let mailbox = driver.loop.mailbox
        // Compressing takes longer than a round trip: the session goes on meanwhile.
        _ = try WorkerThread(named: "snapshot", isDetached: true) {
            let written = snapshot.write()
            mailbox.post { $0.machine.pictureWritten(written) }
        }
        isWriting = true
    }

    func noteWritten(_ picture: WrittenPicture) throws {
        isWriting = false
        if let fault = picture.fault { throw fault }
        isSnapshotWritten = true
        reporter.event(
            "snapshot",
            [
                ("file", .string(picture.file)), ("width", .integer(Int64(picture.width))),
                ("height", .integer(Int64(picture.height))), ("exact", .boolean(picture.isExact)),
            ])
        reporter.say("The picture is in \(picture.file).")
        closeIfDone()
    }

    /// Writes the last picture of a session that is over.
    func writeSnapshotNow() throws {
        if let snapshot { try noteWritten(snapshot.write()) }
    }

    /// The picture as it is now; nil before there is any.
    private var snapshot: Snapshot? {
        let screen = driver.peer.session.screen
        guard let file = settings.snapshotFile, screen.decoder.width > 0 else { return nil }
        return Snapshot(decoder: screen.decoder, isExact: screen.isExact, file: file)
    }
}
