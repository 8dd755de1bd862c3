import WireFormat

/// When the screen may be captured: at most 60 times a second, and not while the change before is still on its way
/// out, except that a slow path gets the newest pixels every tenth of a second.
struct CapturePace {
    static let shortest = Interval.microseconds(16_667)
    static let longest = Interval.milliseconds(100)

    private var last: Instant?

    /// - Parameter isBusy: changes wait to go out.
    /// - Returns: when the next capture may be.
    func next(isBusy: Bool, at now: Instant) -> Instant {
        guard let last else { return now }
        return last + (isBusy ? Self.longest : Self.shortest)
    }

    mutating func captured(at now: Instant) { last = now }

    mutating func startOver() { last = nil }
}
