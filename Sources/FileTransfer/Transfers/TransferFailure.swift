/// Why a file was not transferred. What had arrived is kept, unless it was wrong, so that another try goes on from there.
public enum TransferFailure: UInt8, Error, Hashable, Sendable, CaseIterable {
    /// The other side takes no files, or gives none.
    case refused = 1
    /// There is no such file.
    case notFound
    /// A folder, a link, a device: nothing that is sent.
    case notRegular
    /// The name is none that a file may have on the other side.
    case unsafeName
    /// More bytes than the other side takes in a file or in a session.
    case tooLarge
    /// More files than the other side takes at once or in a session.
    case tooMany
    /// The other side's disk is full, or would be.
    case noSpace
    /// Another session is receiving this very file.
    case busy
    /// The file could not be read or written.
    case disk
    /// The file was changed while it was sent.
    case changed
    /// What arrived is not what was sent.
    case checksum
    /// Somebody cancelled it.
    case cancelled
    /// The other side did not react.
    case unanswered
    /// The other side broke the rules of the exchange.
    case violation
    /// The session ended before the file was stored. Never sent.
    case sessionEnded
    /// A reason of a later version.
    case other
}
