import STUN
import WireFormat

/// An answer to a check, to be written when the driver asks.
struct Response: Sendable {
    enum Content: Sendable {
        case success
        case roleConflict
        case unknownAttributes([AttributeType])
    }

    let content: Content
    let transaction: TransactionIdentifier
    let generation: UInt32
    let base: Base
    /// The way back for a socket.
    let path: Path
    /// Where the check came from.
    let remote: TransportAddress
}
