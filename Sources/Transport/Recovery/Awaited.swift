import WireFormat

/// The oldest packet in flight that is newer than everything acknowledged: its answer says that the path is alive.
struct Awaited: Sendable {
    let number: UInt64
    let sentAt: Instant
}
