import Glibc
import NetworkIO
import PeerSession
import Rendezvous
import SecureChannel
import WireFormat
import X11Desktop

/// Shares a desktop with one viewer after another.
final class HostProgram {
    let settings: HostSettings
    private(set) var desktop: any Desktop
    let reporter: Reporter
    let driver: PeerLoop<HostPeer>
    let texts: EndText
    private var addresses: [IPAddress]
    /// The sockets of each set that the peer was given, by the set's number.
    private var socketSets: [Int: [TransportAddress]] = [:]
    private var nextSocketSet = 0
    /// Where viewers come without a server.
    var entrance: [TransportAddress] = []

    private var recording: RecordingFile?
    private(set) var files: FileDesk?
    private(set) var pastes: PasteDesk<HostPeer>?
    var pace: CapturePace
    var meter: SessionMeter?
    /// What the user was told: that somebody looks at the screen, or comes for files alone.
    var toldLooking: Bool?
    /// How the session ended that is about to be concluded.
    var ending: SessionEnd?
    var isStopping = false
    private var isFinished = false
    var lockDebt = LockDebt()
    /// The lock command is under way.
    var isLocking = false
    private var isServerLost = false
    /// Why the server put off what was asked last.
    private var toldDelay: Reason?
    private var exitStatus = ExitStatus.success
    /// What went wrong on this machine, after which the session is only brought to its end.
    private var fault: (any Error)?

    /// - Throws: `SystemFailure` or `SignalingTransportFailure`.
    init(_ settings: HostSettings, desktop: any Desktop, reporter: Reporter) throws {
        self.settings = settings
        self.desktop = desktop
        pace = CapturePace(refreshRateHertz: desktop.refreshRateHertz)
        self.reporter = reporter
        addresses = try settings.interfaces.addresses(isOtherEndLocal: settings.server?.isLocal ?? false)
        if case .codes = settings.access {
            texts = EndText(side: .host, isCode: true)
        } else {
            texts = EndText(side: .host, isCode: false)
        }
        var entropy = SystemRandomNumberGenerator()
        let peer = HostPeer(
            access: settings.access, keys: settings.keys, configuration: settings.session,
            serverName: settings.server?.host, screenWidth: desktop.width, screenHeight: desktop.height,
            random: SeededRandom(from: &entropy), at: BootClock.now)
        driver = try PeerLoop(peer, server: settings.server, trust: settings.trust, session: settings.session)
        if let folder = settings.filesFolder {
            files = try FileDesk(
                try DiskFolder(folder, makes: true), tokenKey: settings.keys.fileTokenKey, driver: driver,
                reporter: reporter)
        }
        if let paste = settings.paste {
            pastes = try PasteDesk(isHost: true, paste, driver: driver, reporter: reporter)
        }
        followKeys()
        if let listen = settings.listen { try openEntrance(listen) }
        guard let wanted = settings.recording else { return }
        let recording = try RecordingFile(wanted, side: .host, at: driver.now)
        driver.peer.record(since: recording.beganAt)
        reporter.recordingBegan(recording)
        self.recording = recording
    }

    /// Runs until it is told to end.
    func run() throws -> ExitStatus {
        if let descriptor = desktop.fileDescriptor { try driver.loop.watch(descriptor) { _ in } }
        driver.turn(isBusy: true)
        while !isFinished {
            let isBusy = serve()
            if !isFinished { driver.turn(isBusy: isBusy) }
        }
        desktop.releaseAll()
        driver.linger()
        pastes?.finish(desktop.clipboard)
        awaitLock()
        reporter.clearStatus()
        try finishRecording()
        if let fault { throw fault }
        return exitStatus
    }

    /// Does what there is to do; when the display is gone, the viewer is told before the program ends.
    private func serve() -> Bool {
        do {
            return try serveDesktop()
        } catch let error as FileFault {
            // Nothing is shown that is not recorded.
            fault = error
            recording = nil
            stop(text: "its recording cannot be written")
            return true
        } catch {
            fault = error
            if let descriptor = desktop.fileDescriptor { driver.loop.unwatch(descriptor) }
            desktop = TestDesktop(width: desktop.width, height: desktop.height, framesPerSecond: 0)
            if case DisplayFailure.limitExceeded = error {
                stop(text: "its screen is too large now")
            } else {
                stop(text: "its display is gone")
            }
            return true
        }
    }

    /// - Returns: whether the peer may have something to send now, or the display something to be shown.
    private func serveDesktop() throws -> Bool {
        let events = driver.takeEvents()
        // The first picture leaves with the very packet that begins the session: its beginning is recorded before.
        let isRunning = meter != nil
        if isRunning { try record() }
        for event in events { try handle(event) }
        if !isRunning { try record() }
        // The answer to a viewer travels while the picture is taken.
        let hasAnswered = driver.flushMessages()
        let hasCopied = shareClipboard()
        let hasCaptured = try shareScreen()
        concludeIfReady()
        let hasSent = driver.flushMessages() || hasAnswered
        // Last: a capture reads events too, after which the descriptor is silent about them.
        let hasHappened = try desktop.process()
        if desktop.isClosed, !isStopping { endWithWindow() }
        return !events.isEmpty || hasCopied || hasCaptured || hasSent || hasHappened
    }

    /// Keeps what was sent.
    private func record() throws(FileFault) {
        guard let recording else { return }
        driver[.record] = try recording.keep(driver.peer.takeRecorded(at: driver.now), at: driver.now)
    }

    func record(_ event: RecordedEvent) { recording?.append(event, at: driver.now) }

    private func finishRecording() throws(FileFault) {
        guard let recording else { return }
        try recording.finish(driver.peer.takeRecorded(at: driver.now), at: driver.now)
        reporter.recordingEnded(recording)
    }

    /// Sends what was copied here.
    ///
    /// - Returns: whether there was anything.
    private func shareClipboard() -> Bool {
        let hasCopied = desktop.clipboard?.share(reporter) { driver.peer.send($0, at: driver.now) } ?? false
        let hasFiles = pastes?.serve(desktop.clipboard) ?? false
        return hasCopied || hasFiles
    }

    private func handle(_ event: DriverEvent) throws {
        switch event {
        case .peer(let event): try handle(event)
        case .timer(let timer): handle(timer)
        case .signalingOpened:
            if isServerLost { reporter.warn("The server is back.") }
            isServerLost = false
        case .signalingFailed(let failure):
            reporter.event("server_unreachable", [("detail", .string("\(failure)"))])
            if !isServerLost {
                reporter.warn("No server: \(failure). It is tried again until it is there. \(failure.advice)")
            }
            isServerLost = true
        case .signal(let number): if number != SIGUSR1 { stop() }
        case .relayUnreachable(let server, let transport, let failure):
            reporter.relayUnreachable(server, transport, failure)
        case .addressesChanged: followAddresses()
        case .gatewayConnectionWanted: break
        case .diskFinished(let result, let session):
            if session == files?.session { driver.peer.diskFinished(result, at: driver.now) }
        case .paste(let news, let session): pastes?.handle(news, session: session, desktop.clipboard)
        case .commandEnded(let status): lockEnded(status)
        case .pictureWritten: break
        }
    }

    private func handle(_ timer: DriverTimer) {
        switch timer {
        case .silence: listen()
        case .status: showStatus()
        case .report: reportAgain()
        case .giveUp: isFinished = true
        case .conclude: conclude()
        case .paste: pastes?.hold(desktop.clipboard)
        default: break
        }
    }

    private func handle(_ event: PeerEvent) throws {
        switch event {
        case .socketsWanted: provideSockets()
        case .socketsReleased(let number):
            for address in socketSets.removeValue(forKey: number) ?? [] { driver.loop.close(address) }
        case .code(let code):
            toldDelay = nil
            show(code)
        case .waiting(let key):
            toldDelay = nil
            show(key)
        case .refused(let refusal):
            reporter.event("refused", [("reason", .string(refusal.name))])
            reporter.warn("A viewer was not let in: \(refusal.words).")
        case .tryFailed(let count):
            reporter.event("refused", [("reason", .string("wrong-code")), ("tries", .integer(Int64(count)))])
            reporter.warn(
                "Somebody tried the code and did not have its words (try \(count) of \(HostPeer.maximumTries)).")
        case .codeBurned(let tries):
            reporter.event("code_burned", [("tries", .integer(Int64(tries)))])
            let next = driver.peer.figures == nil ? "here is another one" : "another one comes after this session"
            reporter.warn("Somebody tried \(tries) wrong codes. The code is worthless now; \(next).")
        case .codeExpired:
            reporter.event("code_expired")
            reporter.warn("Nobody came for the code in time, and the server has dropped it; here is another one.")
        case .screenWanted:
            desktop.invalidate()
            pace.startOver()
        case .signalingLost: reporter.signalingLost()
        case .signalingEnded(let reason): reporter.signalingEnded(reason)
        case .signalingRestored: reporter.signalingRestored()
        case .signalingRefused(let reason):
            reporter.event("signaling_refused", [("reason", .string(reason.name))])
            reporter.warn("The server refused: \(reason.words).")
        case .signalingDelayed(let reason): reporter.signalingDelayed(reason, after: &toldDelay)
        case .session(let event): try handle(event)
        case .terms(let terms): reporter.terms(terms)
        case .finished(let reason): finish(reason)
        case .identified, .connectSignaling, .disconnectSignaling, .resolve, .streamWanted, .punchSocketsWanted,
            .punchSocketsReleased, .listenersWanted, .connectionWanted, .connectionReleased:
            break
        }
    }

    private func provideSockets() {
        let bound = driver.bind(addresses)
        if bound.isEmpty { reporter.warn("No socket could be opened at any of this machine's addresses.") }
        socketSets[nextSocketSet] = bound
        nextSocketSet += 1
        driver.peer.addSockets(bound)
    }

    /// Gives every session sockets at the addresses that are there now, and takes away those that are not.
    private func followAddresses() {
        var (added, removed) = followEntrance()
        defer { reporter.socketsChanged(added: added, removed: removed) }
        guard
            let present = try? settings.interfaces.addresses(isOtherEndLocal: settings.server?.isLocal ?? false)
        else { return }
        if !present.isEmpty { addresses = present }
        for number in socketSets.keys.sorted() {
            let change = SocketChange(bound: socketSets[number] ?? [], present: present)
            for address in driver.bind(change.missing) {
                added += 1
                socketSets[number]?.append(address)
                driver.peer.addSocket(address, to: number, at: driver.now)
            }
            for address in change.gone {
                removed += 1
                socketSets[number]?.removeAll { $0 == address }
                driver.loop.close(address)
                driver.peer.removeSocket(address, at: driver.now)
                driver.closeListeners(at: address.ip)
            }
        }
    }

    private func endWithWindow() {
        reporter.event("window_closed")
        reporter.warn("The shared window was closed: nothing is shared any more.")
        stop(text: "the shared window was closed")
    }

    /// Ends the session, then the program; a second time at once.
    func stop(text: String = "") {
        if isStopping { isFinished = true }
        isStopping = true
        driver[.giveUp] = driver.now + .seconds(1)
        driver.peer.close(text: text, at: driver.now)
    }

    private func finish(_ reason: Reason) {
        isFinished = true
        if !isStopping {
            reporter.warn("The server ended it: \(reason.words).")
            exitStatus = .failed
        }
    }

    func concluded(_ end: SessionEnd) {
        if isStopping { return driver.peer.close(text: "", at: driver.now) }
        // Another viewer may have the place already.
        guard settings.isOnce, driver.peer.figures == nil else { return }
        if !end.isOrderly { exitStatus = .failed }
        stop()
    }
}
