import ICE
import Transport
import WireFormat

/// While the path in use is in doubt, every record goes over others, too.
struct PathRace {
    /// The path in use when it began.
    let suspect: PairIdentifier
    /// Where the copies go.
    var others: [PairIdentifier]
    var reason: Connection.CopyReason
    /// The newest of the peer's records that asked for it.
    var askedBy: UInt64
}

/// A record on its way over the further paths of a race.
struct RecordCopies {
    var record: [UInt8] = []
    var owed: ArraySlice<PairIdentifier> = []
}
