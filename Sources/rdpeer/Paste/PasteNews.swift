import FileTransfer
import PeerSession

/// What the disk's thread has done for pastes.
enum PasteNews: Sendable {
    case disk(DiskResult)
    /// What was copied here was looked at; it was so many copies ago.
    case scanned(PasteScan, copy: Int)
    /// The files of an announcement are where they were said to be, or could not be put there.
    case built(PasteAnnouncement, isDone: Bool)
}
