import WireFormat

/// When the screen may be captured: as soon as it changes, at most as often as a display shows a new picture, and while
/// earlier changes wait to go out, with a quarter of a core at most.
///
/// What waits to go out is state: newer pixels take the place of older ones that a narrow path has not taken yet, so
/// capturing goes on at full rate and what goes out is never old.
///
/// What the viewer's keys and buttons bring about is captured between two of these, too: beside a film a key would else wait
/// up to a frame for its turn.
struct CapturePace {
    /// Of a display that does not say how often it shows a new picture.
    static let shortest = Interval.microseconds(16_667)
    /// A capture that nobody takes costs no more than one part in so many of a core.
    private static let idleShare: Int64 = 4

    private let interval: Interval
    private var last: Instant?
    private var cost = Interval.zero
    private var inputAt: Instant?
    /// Captures that answer the last input and are still to come.
    private var answersLeft = 0

    /// A program that answers a key draws more than once: the letter, then the cursor.
    private static let answers = 2
    /// Later changes answer nothing.
    private static let answerTime = Interval.milliseconds(100)
    /// What is drawn at once is captured at once.
    private static let answerPause = Interval.milliseconds(3)

    /// - Parameter refreshRateHertz: how often the display shows a new picture, if it is known.
    init(refreshRateHertz: Int? = nil) {
        interval = refreshRateHertz.map { .seconds(1) / Int64(max(1, $0)) } ?? Self.shortest
    }

    /// - Parameter isBusy: changes wait to go out.
    /// - Returns: when the next capture may be.
    func next(isBusy: Bool, at now: Instant) -> Instant {
        guard let last else { return now }
        if answersLeft > 0, let inputAt, now < inputAt + Self.answerTime { return last + Self.answerPause }
        return last + (isBusy ? max(interval, cost * Self.idleShare) : interval)
    }

    /// - Parameter cost: how long it took.
    mutating func captured(at now: Instant, cost: Interval) {
        if let last, now < last + interval { answersLeft = max(0, answersLeft - 1) }
        last = now
        self.cost = cost
    }

    mutating func startOver() { last = nil }

    /// The viewer pressed or released a key or a button.
    mutating func noteInput(at now: Instant) {
        inputAt = now
        answersLeft = Self.answers
    }
}
