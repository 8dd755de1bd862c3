/// A file on its way to the other side.
struct SentFile: Sendable {
    enum State: Sendable {
        /// The disk looks for it.
        case opening
        /// The other side was told of it.
        case offered
        /// The other side has some of it; the disk compares.
        case comparing(HeldPrefix)
        /// It waits for the content stream.
        case ready
        /// Its bytes go into the content stream.
        case flowing
        /// All of it is in the content stream.
        case sent
    }

    var state = State.opening
    var name = ""
    var size: UInt64 = 0
    var heldBytes: UInt64 = 0
    /// Bytes put into the content stream, and those that the disk was asked for.
    var queuedOffset: UInt64 = 0
    var askedOffset: UInt64 = 0
    var readsAsked = 0
    let isPeers: Bool
}
