import FileTransfer

/// What two sides have copied: what this side gives of its own, and what it takes of the other's.
///
/// A side asks for what was announced to it and for nothing else; what it is sent instead of what was announced, larger or
/// smaller, it does not take. What was copied is given until something else is copied, and after that only to whom was
/// taking it already.
struct PasteBoard: Sendable {
    private struct Gift: Sendable {
        let announcement: PasteAnnouncement
        var isBegun = false
        private(set) var storedCount = 0
        private(set) var storedBytes: UInt64 = 0
        /// Whether the owner was told that it was given, and that it was not: the other side may ask without end.
        var isToldGiven = false
        var isToldNotGiven = false

        /// - Returns: whether that was the last.
        mutating func noteStored(_ size: UInt64) -> Bool {
            storedCount += 1
            storedBytes = min(storedBytes + size, announcement.listing.byteCount)
            guard storedCount == announcement.listing.fileCount else { return false }
            startOver()
            return true
        }

        mutating func startOver() {
            storedCount = 0
            storedBytes = 0
        }
    }

    /// Gifts that are given on though something else was copied.
    static let maximumOldGifts = 3
    /// Announcements whose files are fetched at one time.
    static let maximumFetches = 3

    let isHost: Bool
    /// What this side takes.
    let taken: PasteLimits
    /// Whether this side gives.
    let isGiving: Bool
    /// What the other side takes.
    private(set) var wanted = PasteLimits.nothing
    /// What the owner was told of that.
    private var toldLimits: [PasteLimits] = []
    /// More limits than these no owner is told of: the other side may change them without end.
    private static let maximumToldLimits = 4

    private var gifts: [Gift] = []
    /// The newest of them is still what was copied last.
    private var hasCurrentGift = false
    private var lastGiftNumber: UInt64 = 0

    private(set) var announced: PasteAnnouncement?
    private var lastAnnouncedNumber: UInt64 = 0
    private(set) var fetches: [PasteFetch] = []

    /// A host that is only looked at takes nothing; a viewer that only looks gives nothing.
    init(isHost: Bool, _ configuration: SessionConfiguration) {
        self.isHost = isHost
        taken = isHost && configuration.isViewOnly ? .nothing : configuration.paste
        isGiving = configuration.paste != .nothing && (isHost || !configuration.isViewOnly)
    }

    /// Announcements that are kept, each of at most `PasteListing.maximumCount` entries.
    var count: Int { gifts.count + fetches.count + (announced == nil ? 0 : 1) }
    static let maximumCount = maximumOldGifts + 1 + maximumFetches + 1

    /// What the other side may ask for.
    var filePolicy: FilePolicy { FilePolicy(receives: false, sends: isGiving, byteLimit: .max) }

    /// The announcements that the other side may take files of.
    var givenNumbers: Set<UInt64> { Set(gifts.map(\.announcement.number)) }
}

/// What this side has copied.
extension PasteBoard {
    /// Takes what the other side says that it takes.
    ///
    /// - Returns: whether the owner is to be told.
    mutating func want(_ limits: PasteLimits) -> Bool {
        wanted = isGiving ? limits : .nothing
        guard wanted != .nothing, toldLimits.count < Self.maximumToldLimits, !toldLimits.contains(limits) else {
            return false
        }
        toldLimits.append(limits)
        return true
    }

    /// What is to be given next.
    func announcement(of listing: PasteListing) -> PasteAnnouncement {
        PasteAnnouncement(number: lastGiftNumber + 1, listing: listing)
    }

    mutating func give(_ announcement: PasteAnnouncement) {
        endGift()
        lastGiftNumber = announcement.number
        gifts.append(Gift(announcement: announcement))
        hasCurrentGift = true
    }

    /// Something else was copied.
    mutating func endGift() {
        guard hasCurrentGift else { return }
        hasCurrentGift = false
        if gifts.last?.isBegun == false { gifts.removeLast() }
        if gifts.count > Self.maximumOldGifts { gifts.removeFirst() }
    }

    private func giftIndex(of name: PasteName?) -> Int? {
        guard let name, name.isHosts == isHost else { return nil }
        return gifts.firstIndex { $0.announcement.number == name.number }
    }

    /// - Returns: whether it was announced, and is given.
    private mutating func begin(_ name: FileName) -> Bool {
        let name = PasteName(name.text)
        guard let name, let index = giftIndex(of: name), gifts[index].announcement.listing.size(of: name.index) != nil
        else { return false }
        gifts[index].isBegun = true
        return true
    }

    /// Why the disk is not to be asked.
    mutating func objection(to request: DiskRequest) -> (TransferIdentifier, TransferFailure)? {
        switch request {
        case .open(let identifier, .named(let name)): begin(name) ? nil : (identifier, .notFound)
        case .open(let identifier, .path): (identifier, .refused)
        case .prepare(let identifier, let name, let size, _):
            announcedSize(of: name) == size ? nil : (identifier, .changed)
        default: nil
        }
    }

    mutating func sent(_ file: FileProgress) -> PasteEvent? {
        guard let index = giftIndex(of: PasteName(file.name)), gifts[index].noteStored(file.size),
            !gifts[index].isToldGiven
        else { return nil }
        gifts[index].isToldGiven = true
        return .given(gifts[index].announcement)
    }

    /// What the other side has cancelled failed for a reason of its own, or of another file's; what is no file of an
    /// announcement it should not have asked for.
    mutating func notSent(_ file: FileProgress, _ failure: TransferFailure) -> PasteEvent? {
        let name = PasteName(file.name)
        guard let name, let index = giftIndex(of: name), gifts[index].announcement.listing.size(of: name.index) != nil
        else { return nil }
        gifts[index].startOver()
        guard failure != .cancelled, failure != .sessionEnded, !gifts[index].isToldNotGiven else { return nil }
        gifts[index].isToldNotGiven = true
        return .notGiven(gifts[index].announcement, index: name.index, failure)
    }

    /// How far the gifts are that something is on its way of: the other side does not say when it wants no more.
    func giftProgress(_ files: [FileProgress]) -> PasteProgress? {
        var flowing: [Int: UInt64] = [:]
        for file in files where file.direction == .sending {
            if let index = giftIndex(of: PasteName(file.name)) { flowing[index, default: 0] += file.bytes }
        }
        guard !flowing.isEmpty else { return nil }
        var progress = PasteProgress(bytes: 0, size: 0)
        for (index, bytes) in flowing {
            let size = gifts[index].announcement.listing.byteCount
            progress.bytes += min(gifts[index].storedBytes + bytes, size)
            progress.size += size
        }
        return progress
    }
}

/// What the other side has copied.
extension PasteBoard {
    /// - Returns: false for a number that was used before.
    mutating func note(_ announcement: PasteAnnouncement) -> Bool {
        guard announcement.number > lastAnnouncedNumber else { return false }
        lastAnnouncedNumber = announcement.number
        announced = announcement
        return true
    }

    /// A text was copied there instead.
    mutating func forgetAnnounced() { announced = nil }

    /// - Returns: false if nothing of this number can be fetched.
    mutating func beginFetch(_ number: UInt64) -> Bool {
        if fetches.contains(where: { $0.announcement.number == number }) { return true }
        guard let announced, announced.number == number, fetches.count < Self.maximumFetches else { return false }
        fetches.append(PasteFetch(announced))
        return true
    }

    /// The next file to ask for; it counts as asked for.
    mutating func nextRequest() -> FileName? {
        for index in fetches.indices {
            guard let file = fetches[index].nextFile else { continue }
            fetches[index].noteAsked(file)
            return name(file, fetches[index].announcement).fileName
        }
        return nil
    }

    private func name(_ index: Int, _ announcement: PasteAnnouncement) -> PasteName {
        PasteName(isHosts: !isHost, number: announcement.number, index: index)
    }

    private func fetchIndex(of name: PasteName?) -> Int? {
        guard let name, name.isHosts != isHost else { return nil }
        return fetches.firstIndex { $0.announcement.number == name.number }
    }

    private func announcedSize(of name: FileName) -> UInt64? {
        let name = PasteName(name.text)
        guard let name, let index = fetchIndex(of: name) else { return nil }
        return fetches[index].announcement.listing.size(of: name.index)
    }

    mutating func noteStored(_ file: FileProgress) {
        if let index = fetchIndex(of: PasteName(file.name)) { fetches[index].noteStored(file.size) }
    }

    /// Fetches that are whole, the one that began first first.
    mutating func takeDone() -> PasteAnnouncement? {
        guard let index = fetches.firstIndex(where: \.isDone) else { return nil }
        return fetches.remove(at: index).announcement
    }

    /// One file does not come, and with it the whole announcement.
    mutating func lose(_ file: FileProgress) -> (announcement: PasteAnnouncement, index: Int)? {
        let name = PasteName(file.name)
        guard let name, let index = fetchIndex(of: name) else { return nil }
        return (fetches.remove(at: index).announcement, name.index)
    }

    /// How far the fetches are, with what is on its way now.
    func fetchProgress(_ files: [FileProgress]) -> PasteProgress? {
        guard !fetches.isEmpty else { return nil }
        var progress = PasteProgress(bytes: 0, size: 0)
        for fetch in fetches {
            progress.bytes += fetch.storedBytes
            progress.size += fetch.announcement.listing.byteCount
        }
        for file in files where file.direction == .receiving && !isAbandoned(file) { progress.bytes += file.bytes }
        return progress
    }

    /// Whether a file on its way is wanted no more.
    func isAbandoned(_ file: FileProgress) -> Bool {
        file.direction == .receiving && fetchIndex(of: PasteName(file.name)) == nil
    }
}
