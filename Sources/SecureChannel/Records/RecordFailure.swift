/// Why a record was not sealed or not opened. None of them changes the state of the layer, except its counters.
public enum RecordFailure: Error, Equatable, Sendable {
    /// Sealing: the packet number is not above the last one. Nothing is ever sealed twice under one number.
    case numberNotAbove
    /// Sealing: the number is above 2^62 - 1, or 2^31 or more above the last one acknowledged.
    case numberTooHigh
    /// The output has not enough free capacity.
    case noRoom
    /// Opening: too short, not a record, or with reserved bits set.
    case malformed
    /// Opening: a record of another session.
    case otherConnection
    /// Opening: this number has been opened before.
    case replayed
    /// Opening: too far below the highest number opened to know whether it was opened before.
    case tooOld
    /// Opening: not made by the peer, or altered.
    case forged
    /// Sealing: the keys have sealed as many packets as they may, and none of them was acknowledged. Opening: so many
    /// forgeries have been tried that one might succeed (RFC 9001 section 6.6). The owner must end the connection.
    case exhausted
}
