import FileTransfer

/// An announcement's files on their way to this side.
struct PasteFetch: Sendable {
    let announcement: PasteAnnouncement
    /// Entries before this one were asked for.
    private var nextIndex = 0
    private(set) var storedCount = 0
    private(set) var storedBytes: UInt64 = 0

    init(_ announcement: PasteAnnouncement) { self.announcement = announcement }

    var isDone: Bool { storedCount == announcement.listing.fileCount }

    /// The next file to ask for.
    var nextFile: Int? { announcement.listing.entries[nextIndex...].firstIndex { $0.size != nil } }

    mutating func noteAsked(_ index: Int) { nextIndex = index + 1 }

    mutating func noteStored(_ size: UInt64) {
        storedCount += 1
        storedBytes += size
    }
}
