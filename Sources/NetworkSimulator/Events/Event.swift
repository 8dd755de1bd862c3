/// Something that happens at a time: a kind, what it concerns, and a number that tells a live one from a stale one.
struct Event {
    enum Kind: UInt8 {
        case arrivalInNetwork
        case arrivalAtAttachment
        case delivery
        case timer
        case message
        case pipeChange
        case fault
        case addressChange
        case streamTimer
        case streamFailure
        case streamOpening
    }

    var nanoseconds: Int64
    var sequence: UInt64
    var index: Int32
    var generation: UInt32
    var kind: Kind

    static func < (left: Event, right: Event) -> Bool {
        left.nanoseconds != right.nanoseconds
            ? left.nanoseconds < right.nanoseconds : left.sequence < right.sequence
    }
}
