import WireFormat

/// Says when the pointer's place goes to the host: at once, but at most every 4 ms, and last where it comes to rest.
///
/// A mouse may tell of itself a thousand times a second. Each place would be a datagram of its own that repeats all that
/// are unacknowledged; and where the round trip is longer than the transport's queue of them, the pointer would move for
/// a while and stand for a while in turn.
public struct PointerPace: Sendable {
    /// Four places for each picture at 60 Hz, and at most 64 unacknowledged ones on a round trip of a quarter of a second.
    public static let interval = Interval.milliseconds(4)

    /// Where the pointer is, which the host does not know yet.
    private var held: InputEvent?
    private var sentAt: Instant?

    public init() {}

    /// When `take` has something.
    public var nextDeadline: Instant? { held == nil ? nil : sentAt.map { $0 + Self.interval } }

    /// Passes what the hands did.
    ///
    /// - Returns: what goes now, in order: keys and buttons do, and the pointer's place before them.
    public mutating func pass(_ event: InputEvent, at now: Instant) -> [InputEvent] {
        guard case .pointerMoved = event else {
            guard let place = held else { return [event] }
            held = nil
            sentAt = now
            return [place, event]
        }
        held = event
        return take(at: now).map { [$0] } ?? []
    }

    /// The pointer's place, if its time has come.
    public mutating func take(at now: Instant) -> InputEvent? {
        guard let place = held, sentAt.map({ $0 + Self.interval <= now }) ?? true else { return nil }
        held = nil
        sentAt = now
        return place
    }
}
