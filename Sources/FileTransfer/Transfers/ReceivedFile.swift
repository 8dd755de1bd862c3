/// A file on its way from the other side.
struct ReceivedFile: Sendable {
    enum State: Sendable {
        /// This side has asked for it.
        case requested
        /// The disk finds out what there is of it.
        case preparing
        /// The other side was told to send it.
        case accepted
        /// Its bytes come.
        case flowing
        /// All of it has come; the disk checks and keeps it.
        case committing
    }

    var state: State
    var name: String
    var size: UInt64 = 0
    var heldBytes: UInt64 = 0
    /// Bytes that have come, and those that the disk has.
    var receivedOffset: UInt64 = 0
    var writtenOffset: UInt64 = 0
    let isPeers: Bool
}
