import FileTransfer
import Transport
import WireFormat

/// Files that are copied on one side and pasted on the other: announced on the clipboard stream, fetched when they are
/// pasted, over transfers of their own that begin on the side that pastes.
extension Session {
    /// Announces files that were copied on this side.
    public mutating func announce(_ listing: PasteListing, at now: Instant) -> PasteSending {
        let limits = pasteBoard.wanted
        guard isEstablished, limits != .nothing else { return .notWanted }
        guard listing.byteCount <= limits.byteLimit else { return .tooLarge(limit: limits.byteLimit) }
        let announcement = pasteBoard.announcement(of: listing)
        guard limits.allows(listing), announcement.encoded.count <= PasteListing.maximumBytes else {
            return .tooMany(limit: Int(limits.countLimit))
        }
        pasteBoard.give(announcement)
        clipboardSender.append(.files(announcement))
        process(at: now)
        return .announced(announcement.number)
    }

    /// What the other side takes of files that are copied here.
    public var wantedPastes: PasteLimits { pasteBoard.wanted }

    /// The announcements of this side whose files are still given.
    public var givenPastes: Set<UInt64> { pasteBoard.givenNumbers }

    /// Fetches the files of an announcement of the other side, unless they are being fetched.
    ///
    /// - Returns: false if it is none that can be fetched: something else was copied there since, or too much is on its way.
    public mutating func fetchPaste(_ number: UInt64, at now: Instant) -> Bool {
        guard isEstablished, !pasteChannel.transfers.isOver, pasteBoard.beginFetch(number) else { return false }
        process(at: now)
        return true
    }

    /// How far files are that are pasted on this side, or, sent, on the other; nil if none are on their way.
    public func pasteProgress(_ direction: FileProgress.Direction) -> PasteProgress? {
        let files = pasteChannel.transfers.progress
        return direction == .receiving ? pasteBoard.fetchProgress(files) : pasteBoard.giftProgress(files)
    }

    /// Takes the result of a paste's `disk` event.
    public mutating func pasteDiskFinished(_ result: DiskResult, at now: Instant) {
        pasteChannel.transfers.diskFinished(result, at: now)
        process(at: now)
    }

    mutating func receive(_ limits: PasteLimits) {
        if pasteBoard.want(limits) { events.append(.paste(.wanted(limits))) }
    }

    /// Says anything, as a peer may that keeps to no rule, for tests.
    mutating func say(_ message: ControlMessage, at now: Instant) {
        sendControl(message)
        process(at: now)
    }

    /// Asks for a file by any name, as a peer may that keeps to no rule, for tests.
    mutating func requestPasted(_ name: FileName, at now: Instant) {
        _ = pasteChannel.transfers.request(name, at: now)
        process(at: now)
    }

    mutating func receive(_ announcement: PasteAnnouncement) {
        if pasteBoard.note(announcement) { events.append(.paste(.announced(announcement))) } else { drop() }
    }

    mutating func askForPasted(at now: Instant) {
        while pasteChannel.transfers.hasRoom, let name = pasteBoard.nextRequest() {
            _ = pasteChannel.transfers.request(name, at: now)
        }
        while let announcement = pasteBoard.takeDone() { events.append(.paste(.fetched(announcement))) }
    }

    mutating func drainPastes(at now: Instant) {
        while let event = pasteChannel.transfers.pollEvent() {
            switch event {
            case .disk(let request):
                if let (identifier, failure) = pasteBoard.objection(to: request) {
                    pasteChannel.transfers.diskFinished(.failed(identifier, failure), at: now)
                } else {
                    events.append(.paste(.disk(request)))
                }
            case .began: break
            case .stored(let file, _): noteStored(file)
            case .failed(let file, let failure): noteFailed(file, failure)
            }
        }
    }

    private mutating func noteStored(_ file: FileProgress) {
        switch file.direction {
        case .sending: if let event = pasteBoard.sent(file) { events.append(.paste(event)) }
        case .receiving: pasteBoard.noteStored(file)
        }
    }

    /// Nothing is shown of what is not whole: with one file the others are given up.
    private mutating func noteFailed(_ file: FileProgress, _ failure: TransferFailure) {
        if file.direction == .sending {
            if let event = pasteBoard.notSent(file, failure) { events.append(.paste(event)) }
            return
        }
        guard let (announcement, index) = pasteBoard.lose(file) else { return }
        events.append(.paste(.failed(announcement, index: index, failure)))
        for other in pasteChannel.transfers.progress where pasteBoard.isAbandoned(other) {
            pasteChannel.transfers.cancel(other.identifier)
        }
    }
}

extension ViewerPeer {
    /// Asks for a file by any name, as a peer may that keeps to no rule, for tests.
    package mutating func requestPasted(_ name: FileName, at now: Instant) { session.requestPasted(name, at: now) }

    /// Says anything, as a peer may that keeps to no rule, for tests.
    package mutating func say(_ message: ControlMessage, at now: Instant) { session.say(message, at: now) }
}

extension HostPeer {
    /// The same of a host.
    package mutating func say(_ message: ControlMessage, at now: Instant) { active?.session.say(message, at: now) }
}
