/// Input that waits for room in the transport's queue, in order: while the path stalls, or is slower than the hands.
///
/// Where the pointer was is of no use once it is elsewhere, so a move that directly follows another replaces it. Keys and
/// buttons are kept. Should there be too many, all of it is given up for `InputEvent.releaseAll`: the host then holds
/// nothing down whose release is not among what still comes.
struct InputBacklog: Sendable {
    /// A minute's outage with ten keys typed every second, released as well.
    static let maximumCount = 1_200

    /// Moves go no further while so many events are unacknowledged: each packet repeats them all, and keys need room.
    static let maximumUnacknowledgedMoves = 128

    private var waiting: [InputEvent] = []
    private var head = 0

    var count: Int { waiting.count - head }
    var isEmpty: Bool { count == 0 }

    mutating func append(_ event: InputEvent) {
        if case .pointerMoved = event, !isEmpty, case .pointerMoved = waiting[waiting.count - 1] {
            waiting[waiting.count - 1] = event
            return
        }
        if count == Self.maximumCount {
            waiting = [.releaseAll]
            head = 0
        }
        waiting.append(event)
    }

    /// The event whose turn it is.
    ///
    /// - Parameter unacknowledged: how many are under way. A move waits for fewer of them than other events do, unless
    ///   another event waits for the move.
    func next(unacknowledged: Int) -> InputEvent? {
        guard !isEmpty else { return nil }
        if case .pointerMoved = waiting[head], count == 1, unacknowledged >= Self.maximumUnacknowledgedMoves {
            return nil
        }
        return waiting[head]
    }

    mutating func removeFirst() {
        head += 1
        guard head * 2 >= waiting.count else { return }
        waiting.removeFirst(head)
        head = 0
    }
}
