import Glibc
import ICE
import NetworkIO
import PeerSession
import Rendezvous
import SecureChannel
import WireFormat

/// Looks at one host, in a window or without.
final class ViewerProgram {
    let settings: ViewerSettings
    let reporter: Reporter
    let driver: PeerLoop<ViewerPeer>
    private(set) var window: WindowView?
    let texts: EndText
    private var sockets: [TransportAddress]

    var meter = SessionMeter()
    var ending: SessionEnd?
    /// Until when the end waits for a picture that is on its way into its file.
    var pictureLimit: Instant?
    /// What the server's policy holds the session to.
    private(set) var terms = SessionTerms()
    /// More about the end than the session knows.
    var endDetail: (name: String, text: String)?
    var isSnapshotDue = false
    var isSnapshotWritten = false
    /// A picture is on its way into its file.
    var isWriting = false
    var lastPresented: Instant?
    var status = ViewerStatus()
    private(set) var recording: RecordingFile?
    var pointer = PointerPace()
    /// Keys that wait for room in the queue to the host.
    var untyped: [InputEvent] = []
    /// Whether all that was to be typed is on its way; nil while that is open.
    var isTyped: Bool?
    private(set) var files: FileDesk?
    private(set) var pastes: PasteDesk<ViewerPeer>?
    var waitingFiles: [FileTask.Item] = []
    /// For programs that measure.
    var probe: ViewProbe?
    var commands: CommandInput?
    /// Why the server put off what was asked last.
    private var toldDelay: Reason?
    private var wasServerReached = false
    var isFinished = false
    var exitStatus = ExitStatus.success
    /// What went wrong on this machine, after which the session is only brought to its end.
    private(set) var fault: (any Error)?

    /// How long the server may be out of reach at the start.
    private static let serverPatience = Interval.seconds(5)

    /// - Throws: `SystemFailure`, `SignalingTransportFailure`, `DisplayFailure` or `HandshakeFailure`.
    init(_ settings: ViewerSettings, reporter: Reporter) throws {
        self.settings = settings
        self.reporter = reporter
        texts = EndText(side: .viewer, isCode: settings.target.isByCode)
        window =
            settings.isHeadless
            ? nil
            : try WindowView(settings.window, title: "rdpeer: connecting")
        (driver, sockets) = try Self.makeDriver(settings)
        if let wanted = settings.recording {
            let recording = try RecordingFile(wanted, side: .viewer, at: driver.now)
            recording.append(.sessionBegan, at: driver.now)
            driver.peer.record(since: recording.beganAt)
            reporter.recordingBegan(recording)
            self.recording = recording
        }
        if let task = settings.files {
            files = try FileDesk(
                try DiskFolder(task.folder, makes: false), tokenKey: task.tokenKey, driver: driver, reporter: reporter)
            waitingFiles = task.items
        }
        if let paste = settings.paste {
            pastes = try PasteDesk(isHost: false, paste, driver: driver, reporter: reporter)
        }
        isSnapshotDue = settings.snapshotFile != nil && settings.snapshotMoment != .end
        probe = settings.probe.map { ViewProbe($0) }
        if probe != nil { commands = CommandInput() }
    }

    /// The peer names its sockets from the beginning, so they are opened before it is made.
    private static func makeDriver(_ settings: ViewerSettings) throws -> (PeerLoop<ViewerPeer>, [TransportAddress]) {
        var entropy = SystemRandomNumberGenerator()
        let random = SeededRandom(from: &entropy)
        let peer =
            switch settings.target {
            case .introduced(let host, _):
                try ViewerPeer(
                    host, keys: settings.keys, configuration: settings.session, sockets: [],
                    identifyingServer: settings.tellsKey ? settings.target.server?.host : nil, random: random,
                    at: BootClock.now)
            case .path(_, let address, let key):
                try ViewerPeer(
                    at: address, key: key, keys: settings.keys, configuration: settings.session, sockets: [],
                    random: random, at: BootClock.now)
            }
        let driver = try PeerLoop(
            peer, server: settings.target.server, trust: settings.trust, session: settings.session)
        let now = driver.now
        let sockets = driver.bind(try addresses(settings))
        for address in sockets { driver.peer.addSocket(address, at: now) }
        return (driver, sockets)
    }

    /// Where to open sockets: that from which the host is reached without a server comes first.
    private static func addresses(_ settings: ViewerSettings) throws(SystemFailure) -> [IPAddress] {
        let all = try settings.interfaces.addresses(isOtherEndLocal: settings.target.isLocal)
        guard case .path(_, let address, _) = settings.target, let first = OutboundAddress.toward(address.ip),
            all.contains(first)
        else { return all }
        return [first] + all.filter { $0 != first }
    }

    /// Runs until the session is over.
    func run() throws -> ExitStatus {
        if let window { try driver.loop.watch(window.fileDescriptor) { _ in } }
        if commands != nil { try driver.loop.watch(0) { _ in } }
        if settings.target.server != nil { driver[.unreachable] = driver.now + Self.serverPatience }
        if let duration = settings.duration { driver[.duration] = driver.now + duration }
        driver.turn(isBusy: true)
        while !isFinished {
            let isBusy = serve()
            if !isFinished { driver.turn(isBusy: isBusy) }
        }
        driver.linger()
        pastes?.finish(window?.clipboard)
        reporter.clearStatus()
        try finishRecording()
        if let fault { throw fault }
        return exitStatus
    }

    /// Does what there is to do; when the display is gone or a file cannot be written, the host is told before the
    /// program ends.
    private func serve() -> Bool {
        do {
            return try serveWindow()
        } catch {
            if fault != nil { isFinished = true }
            fault = error
            if let window { driver.loop.unwatch(window.fileDescriptor) }
            window = nil
            giveUpSoon()
            close()
            return true
        }
    }

    /// The longest that a program that is to end may take for it.
    func giveUpSoon() {
        let latest = driver.now + .seconds(1)
        driver[.giveUp] = min(driver[.giveUp] ?? latest, latest)
    }

    /// - Returns: whether the peer may have something to send now, or the window something to be done.
    private func serveWindow() throws -> Bool {
        let events = driver.takeEvents()
        try record()
        for event in events { try handle(event) }
        let hasTyped = sendTyped() || sendCommandedKeys()
        let hasInput = try sendInput()
        let hasCopied = sendClipboard()
        try writeSnapshotIfDue()
        try present()
        try concludeIfReady()
        let hasSent = driver.flushMessages()
        // Last: painting reads events too, after which the descriptor is silent about them.
        let hasHappened = try window?.flush() ?? false
        return !events.isEmpty || hasInput || hasTyped || hasCopied || hasSent || hasHappened
    }

    /// Keeps what was received.
    private func record() throws(FileFault) {
        guard let recording else { return }
        do {
            driver[.record] = try recording.keep(driver.peer.takeRecorded(at: driver.now), at: driver.now)
        } catch {
            self.recording = nil
            throw error
        }
    }

    /// Writes the end of the recording, which with that is over.
    func finishRecording() throws(FileFault) {
        guard let recording else { return }
        self.recording = nil
        try recording.finish(driver.peer.takeRecorded(at: driver.now), .sessionEnded, at: driver.now)
        reporter.recordingEnded(recording)
    }

    private func handle(_ event: DriverEvent) throws {
        switch event {
        case .peer(let event): try handle(event)
        case .timer(let timer): try handle(timer)
        case .signalingOpened:
            wasServerReached = true
            endDetail = nil
            driver[.unreachable] = nil
        case .signalingFailed(let failure): serverFailed(failure)
        case .addressesChanged: followAddresses()
        case .signal(let number): signalled(number)
        case .relayUnreachable(let server, let transport, let failure):
            reporter.relayUnreachable(server, transport, failure)
        case .gatewayConnectionWanted, .commandEnded: break
        case .paste(let news, let session): pastes?.handle(news, session: session, window?.clipboard)
        case .diskFinished(let result, _): driver.peer.diskFinished(result, at: driver.now)
        case .pictureWritten(let picture): try noteWritten(picture)
        }
    }

    private func serverFailed(_ failure: SignalingTransportFailure) {
        reporter.event("server_unreachable", [("detail", .string("\(failure)"))])
        reporter.log.info("\(failure)")
        guard !wasServerReached, ending == nil else { return }
        if endDetail == nil, failure.mayPass { reporter.warn("No server yet: \(failure). Trying again ...") }
        endDetail = ("server-unreachable", "No server: \(failure). \(failure.advice)")
        if !failure.mayPass { close() }
    }

    /// Gives the session sockets at the addresses that are there now, and takes away those that are not.
    private func followAddresses() {
        guard let present = try? Self.addresses(settings) else { return }
        let change = SocketChange(bound: sockets, present: present)
        let added = driver.bind(change.missing)
        sockets += added
        for address in added { driver.peer.addSocket(address, at: driver.now) }
        sockets.removeAll { change.gone.contains($0) }
        for address in change.gone {
            driver.loop.close(address)
            driver.peer.removeSocket(address, at: driver.now)
            driver.closeListeners(at: address.ip)
        }
        reporter.socketsChanged(added: added.count, removed: change.gone.count)
    }

    private func signalled(_ number: Int32) {
        if number == SIGUSR1 {
            isSnapshotDue = settings.snapshotFile != nil
            return
        }
        // A second one ends the program at once.
        if driver[.giveUp] != nil { isFinished = true }
        giveUpSoon()
        close()
    }

    func close() { driver.peer.close(text: "", at: driver.now) }

    private func handle(_ timer: DriverTimer) throws {
        switch timer {
        case .duration: durationOver()
        case .unreachable:
            let server = settings.target.server.map { "\($0)" } ?? "it"
            endDetail = endDetail ?? ("server-unreachable", "No server: \(server) does not answer.")
            close()
        case .conclude: try conclude()
        case .giveUp: isFinished = true
        case .status: try showStatus()
        case .report: reportAgain()
        case .rest: noteRest()
        case .pointer: sendPointer()
        case .silence: listen()
        case .paste: pastes?.hold(window?.clipboard)
        case .capture, .present, .record, .network: break
        }
    }

    private func durationOver() {
        if meter.pair == nil {
            endDetail =
                endDetail ?? policyDetail
                ?? ("no-path", "No path to the host was found in the time given.")
        }
        close()
    }

    private func handle(_ event: PeerEvent) throws {
        switch event {
        case .signalingLost: reporter.signalingLost()
        case .signalingEnded(let reason): reporter.signalingEnded(reason)
        case .signalingRestored:
            toldDelay = nil
            reporter.signalingRestored()
        case .signalingRefused(let reason) where driver.peer.session.end == nil:
            reporter.event("signaling_refused", [("reason", .string(reason.name))])
        case .signalingDelayed(let reason): reporter.signalingDelayed(reason, after: &toldDelay)
        case .session(let event): try handle(event)
        case .terms(let terms):
            self.terms = terms
            reporter.terms(terms)
        case .identified(let key): tellIdentified(key)
        case .finished: isFinished = true
        default: break
        }
    }
}
