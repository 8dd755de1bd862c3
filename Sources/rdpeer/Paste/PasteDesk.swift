import FileTransfer
import Glibc
import NetworkIO
import PeerSession
import WireFormat

/// A program's copied files: joins the display's clipboard, the session and the disk.
final class PasteDesk<Peer: DrivenPeer> {
    private let driver: PeerLoop<Peer>
    private let reporter: Reporter
    private let worker: DiskThread<PasteStore>
    private let base: String
    /// Counts sessions, so that what the disk did for one is not told to the next.
    private var session = 0
    /// Counts what was copied here.
    private var copyCount = 0
    private var directory: PasteDirectory?
    /// Since when an announcement's files are on their way, and which of them are here.
    private var fetching: [UInt64: Instant] = [:]
    private var fetched: Set<UInt64> = []
    /// How far they were when that changed last.
    private var progress: PasteProgress?
    private var toldProgress: [FileProgress.Direction: PasteProgress] = [:]
    private var progressAt = Instant.zero

    /// Qt gives up what does not answer for 5 seconds.
    private static var holdInterval: Interval { .seconds(3) }
    /// Nobody is kept waiting for longer than this if nothing comes: some programs stand still meanwhile.
    private static var holdLimit: Interval { .seconds(60) }
    /// How long the disk may take for the last things to do.
    private static var lastSeconds: Int32 { 10 }

    init(isHost: Bool, _ settings: PasteSettings, driver: PeerLoop<Peer>, reporter: Reporter) throws(SystemFailure) {
        self.driver = driver
        self.reporter = reporter
        base = settings.folder
        var entropy = SystemRandomNumberGenerator()
        var random = SeededRandom(from: &entropy)
        let tokenKey = random.bytes(count: 32)
        worker = try DiskThread { PasteStore(isHost: isHost, tokenKey: tokenKey) }
    }

    /// A session is over, or another begins: whoever waits gets nothing, and nothing of it stays.
    func end(_ clipboard: SharedClipboard?) {
        driver[.paste] = nil
        clipboard?.dropFiles()
        directory = nil
        worker.perform { $0.end() }
        session += 1
        fetching = [:]
        fetched = []
        progress = nil
        toldProgress = [:]
    }

    /// The program is about to end.
    func finish(_ clipboard: SharedClipboard?) {
        end(clipboard)
        worker.finish(withinSeconds: Self.lastSeconds)
    }

    /// What happened on the display.
    ///
    /// - Returns: whether anything did.
    func serve(_ clipboard: SharedClipboard?) -> Bool {
        let news = clipboard?.takeFileNews() ?? []
        for event in news {
            switch event {
            case .copied(let list): copied(list, clipboard)
            case .replaced: copyCount += 1
            case .wanted(let number): wanted(number, clipboard)
            }
        }
        return !news.isEmpty
    }

    /// A text of the other side was put into a selection here: what is still being looked at was copied before it.
    func noteText(in selection: SharedSelection) {
        if selection == .clipboard { copyCount += 1 }
    }

    /// What happened in the session.
    func handle(_ event: PasteEvent, _ clipboard: SharedClipboard?) throws {
        switch event {
        case .wanted(let limits):
            try clipboard?.followFiles()
            reporter.filesShared(limits)
        case .announced(let announcement): try offer(announcement, clipboard)
        case .disk(let request): perform(request)
        case .fetched(let announcement): build(announcement)
        case .failed(let announcement, let index, let failure):
            fetching[announcement.number] = nil
            clipboard?.refuseFiles(announcement.number)
            reporter.pasteFailed(announcement, index, failure, direction: .receiving)
        case .given(let announcement): reporter.pasted(announcement, .sending, after: nil)
        case .notGiven(let announcement, let index, let failure):
            reporter.pasteFailed(announcement, index, failure, direction: .sending)
        }
    }

    /// What happened on the disk.
    func handle(_ news: PasteNews, session: Int, _ clipboard: SharedClipboard?) {
        guard session == self.session else { return }
        switch news {
        case .disk(let result): driver.peer.pasteDiskFinished(result, at: driver.now)
        case .scanned(let scan, let copy): if copy == copyCount { announce(scan) }
        case .built(let announcement, let isDone): built(announcement, isDone: isDone, clipboard)
        }
    }

    /// Keeps programs waiting for what is on its way. If nothing comes for long they get nothing; what comes later can be
    /// pasted then.
    func hold(_ clipboard: SharedClipboard?) {
        guard !fetching.isEmpty else { return }
        driver[.paste] = driver.now + Self.holdInterval
        noteProgress()
        if driver.now < progressAt + Self.holdLimit {
            clipboard?.holdFiles()
            reporter.pasteHeld(progress)
        } else {
            for number in fetching.keys { clipboard?.refuseFiles(number) }
        }
    }

    /// Tells how far files are that are pasted here or on the other side, if they are farther than when it was told last.
    ///
    /// - Returns: what the status line says of it.
    func tellProgress() -> String? {
        var lines: [String] = []
        for direction in [FileProgress.Direction.receiving, .sending] {
            let progress = driver.peer.pasteProgress(direction)
            if let progress, progress != toldProgress[direction] {
                lines.append(reporter.pasteProgress(progress, direction))
            }
            toldProgress[direction] = progress
        }
        return lines.first
    }

    private func noteProgress() {
        let current = driver.peer.pasteProgress(.receiving)
        guard current != progress else { return }
        progress = current
        progressAt = driver.now
    }

    private func work(_ job: @escaping @Sendable (inout PasteStore) -> PasteNews?) {
        let (mailbox, session) = (driver.loop.mailbox, session)
        worker.perform { store in
            guard let news = job(&store) else { return }
            mailbox.postWaiting { $0.machine.pasteNews(news, session: session) }
        }
    }

    private func perform(_ request: DiskRequest) { work { $0.perform(request).map(PasteNews.disk) } }
}

/// Files that were copied here.
extension PasteDesk {
    private func copied(_ bytes: [UInt8], _ clipboard: SharedClipboard?) {
        copyCount += 1
        let list = URIList.decode(bytes.span, hostName: ThisMachine.hostName)
        guard !list.paths.isEmpty else {
            // Files of other machines, whose names are as good as any text.
            clipboard?.fetchText()
            return
        }
        let (limits, copy) = (driver.peer.wantedPastes, copyCount)
        guard limits != .nothing else { return }
        work { _ in .scanned(PasteScan(list, limits: limits), copy: copy) }
    }

    private func announce(_ scan: PasteScan) {
        reporter.leftOut(scan)
        if let refusal = scan.refusal { return reporter.copyRefused(refusal) }
        guard !scan.listing.entries.isEmpty else { return }
        switch driver.peer.announce(scan.listing, at: driver.now) {
        case .announced(let number):
            let (sources, given) = (scan.sources, driver.peer.givenPastes)
            work { store in
                store.give(sources, as: number, given: given)
                return nil
            }
            reporter.filesCopied(scan.listing, .sending)
        case .notWanted: break
        case .tooLarge(let limit): reporter.copyRefused(.tooLarge(limit: limit))
        case .tooMany(let limit): reporter.copyRefused(.tooMany(limit: limit))
        }
    }
}

/// Files that were copied on the other side.
extension PasteDesk {
    private func offer(_ announcement: PasteAnnouncement, _ clipboard: SharedClipboard?) throws {
        guard let clipboard else { return }
        copyCount += 1
        guard let path = makeDirectory() else { return }
        let folder = "\(path)/\(PasteTree.folderName(announcement))"
        try clipboard.offer(
            announcement.number, URIList(announcement.listing.topNames.map { "\(folder)/\($0.text)" }))
        reporter.filesCopied(announcement.listing, .receiving)
    }

    /// When it is first needed.
    private func makeDirectory() -> String? {
        if let directory { return directory.path }
        do {
            let made = try PasteDirectory(in: base)
            directory = made
            worker.perform { $0.use(made) }
            // On a thread of its own: pastes shall not wait for the disk.
            _ = try? WorkerThread(named: "sweep", isDetached: true) { [base] in
                PasteDirectory.removeAbandoned(in: base)
            }
            return made.path
        } catch {
            reporter.warn("Files that are copied on the other side cannot be pasted here: \(error)")
            return nil
        }
    }

    /// A program asks for them.
    private func wanted(_ number: UInt64, _ clipboard: SharedClipboard?) {
        if fetched.contains(number) {
            clipboard?.giveFiles(number)
            return
        }
        if fetching[number] == nil {
            let isBegun = driver.peer.fetchPaste(number, at: driver.now)
            guard isBegun else {
                clipboard?.refuseFiles(number)
                return
            }
            fetching[number] = driver.now
            progressAt = driver.now
            let numbers = Set(fetching.keys)
            worker.perform { $0.keep(numbers) }
            reporter.pasteBegan(number)
        }
        if driver[.paste] == nil { driver[.paste] = driver.now + Self.holdInterval }
    }

    private func build(_ announcement: PasteAnnouncement) {
        work { .built(announcement, isDone: $0.build(announcement)) }
    }

    private func built(_ announcement: PasteAnnouncement, isDone: Bool, _ clipboard: SharedClipboard?) {
        let beganAt = fetching.removeValue(forKey: announcement.number)
        guard isDone else {
            clipboard?.refuseFiles(announcement.number)
            return reporter.pasteFailed(announcement, 0, .disk, direction: .receiving)
        }
        fetched.insert(announcement.number)
        clipboard?.giveFiles(announcement.number)
        reporter.pasted(announcement, .receiving, after: beganAt.map { driver.now - $0 })
    }
}
