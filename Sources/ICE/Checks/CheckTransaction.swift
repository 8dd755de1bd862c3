import STUN
import WireFormat

/// One transmission of a check.
struct CheckTransaction: Sendable {
    let identifier: TransactionIdentifier
    let pair: PairIdentifier
    let sentAt: Instant
    let role: Agent.Role
    /// The counter it carried.
    let nomination: UInt32?
    /// Which value of `checkData` it carried.
    let dataVersion: UInt32?
}
