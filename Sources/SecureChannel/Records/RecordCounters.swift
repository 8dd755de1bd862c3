/// What a record layer has done and dropped since it began.
public struct RecordCounters: Hashable, Sendable {
    /// Records sealed.
    public internal(set) var sealed: UInt64 = 0
    /// Records opened.
    public internal(set) var opened: UInt64 = 0
    /// Dropped: opened before.
    public internal(set) var replayed: UInt64 = 0
    /// Dropped: below the replay window.
    public internal(set) var tooOld: UInt64 = 0
    /// Dropped: the tag did not match.
    public internal(set) var forged: UInt64 = 0
    /// Dropped: no well-formed record, or of another connection.
    public internal(set) var malformed: UInt64 = 0
    /// Key updates of the sending direction.
    public internal(set) var sendingKeyUpdates: UInt64 = 0
    /// Key updates of the receiving direction.
    public internal(set) var receivingKeyUpdates: UInt64 = 0

    /// All zero.
    public init() {}
}
