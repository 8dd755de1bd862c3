import FileTransfer

/// What a session has to tell about files that are copied on one side and pasted on the other.
public enum PasteEvent: Hashable, Sendable {
    /// The other side takes files: what is copied here is to be announced. Told once of each limit, and of the first few.
    case wanted(PasteLimits)
    /// Files were copied on the other side: when a program here wants them, call `fetchPaste`.
    case announced(PasteAnnouncement)
    /// To be performed by a `FileStore` of pastes, in order; its results go to `pasteDiskFinished`. A file to be sent is
    /// named by its `PasteName`, and one that is received gets that name.
    case disk(DiskRequest)
    /// All files of an announcement are on this side's disk.
    case fetched(PasteAnnouncement)
    /// An announcement's files do not come, because of this one.
    case failed(PasteAnnouncement, index: Int, TransferFailure)
    /// All files of an announcement of this side are on the other side's disk; told once of each announcement.
    case given(PasteAnnouncement)
    /// One of them could not be given; told once of each announcement.
    case notGiven(PasteAnnouncement, index: Int, TransferFailure)
}
