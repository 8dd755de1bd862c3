/// What a machine wants done on the disk. Requests are performed one after the other, in their order.
public enum DiskRequest: Hashable, Sendable {
    /// Open a file to send it.
    case open(TransferIdentifier, FileSource)
    /// Whether its first part is what the other side has.
    case compare(TransferIdentifier, HeldPrefix)
    /// Read on, so many bytes at most; with the last ones the checksum is due.
    case read(TransferIdentifier, count: Int)
    /// Find what there is of a file that is offered, or begin it.
    ///
    /// - Parameter token: nil for a file that this side has asked for.
    case prepare(TransferIdentifier, FileName, size: UInt64, token: [UInt8]?)
    /// What there is of it is not the same: begin it anew.
    case restart(TransferIdentifier)
    case write(TransferIdentifier, [UInt8])
    /// All of it is written: check it, see that it lasts, and give it its name.
    case commit(TransferIdentifier, FileChecksum)
    /// Close the file; what has arrived of it stays for another try.
    case abandon(TransferIdentifier)
}

/// Which file is sent.
public enum FileSource: Hashable, Sendable {
    /// One of the folder, asked for by the other side.
    case named(FileName)
    /// One that the owner has named.
    case path(String)
}

/// What came of a request. One that fails has closed its file.
public enum DiskResult: Hashable, Sendable {
    case opened(TransferIdentifier, FileOffer)
    case compared(TransferIdentifier, isEqual: Bool)
    case read(TransferIdentifier, [UInt8], FileChecksum?)
    case prepared(TransferIdentifier, HeldPrefix?)
    /// The bytes of one request are written, or are not.
    case written(TransferIdentifier, count: Int, TransferFailure?)
    case stored(TransferIdentifier, FileName)
    case failed(TransferIdentifier, TransferFailure)
}
