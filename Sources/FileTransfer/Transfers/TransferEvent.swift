/// What a machine of `FileTransfers` wants done or has to tell; drained with `pollEvent()`.
public enum TransferEvent: Hashable, Sendable {
    /// To be performed by a `FileStore`, in order; its results go to `diskFinished`.
    case disk(DiskRequest)
    /// A file's bytes begin to flow.
    case began(FileProgress)
    /// A file is on the receiver's disk, under this name there.
    case stored(FileProgress, as: String)
    /// A file is not transferred.
    case failed(FileProgress, TransferFailure)
}

/// How far a file is.
public struct FileProgress: Hashable, Sendable {
    /// Seen from this side.
    public enum Direction: Hashable, Sendable { case sending, receiving }

    public let identifier: TransferIdentifier
    public let direction: Direction
    /// As the other side calls it, for a file that was asked for or offered; empty while the disk looks for one to send.
    public let name: String
    /// In bytes; 0 while it is not known.
    public let size: UInt64
    /// Bytes that were there already.
    public let heldBytes: UInt64
    /// Bytes handed to the path, or to the disk, those that were there included.
    public let bytes: UInt64
    /// Whether the other side began the transfer.
    public let isPeers: Bool
}
