import WireFormat

/// What the peer's control messages have come to that the owner is to be told of: the newest of each kind, and only what the
/// owner does not know yet, for a peer may say the same without end.
struct ControlNews: Sendable {
    private struct Item<Value: Equatable & Sendable>: Sendable {
        private var newest: Value?
        private var told: Value?

        mutating func note(_ value: Value) { newest = value }

        mutating func takeChange() -> Value? {
            guard let newest, newest != told else { return nil }
            told = newest
            return newest
        }
    }

    private var cursor = Item<CursorShape>()
    private var isViewOnly = Item<Bool>()
    private var clipboard = Item<ClipboardOffer>()
    private var timeLimit = Item<Interval>()
    private var isRecorded = Item<Bool>()

    mutating func noteCursor(_ shape: CursorShape) { cursor.note(shape) }
    mutating func noteInputPolicy(isViewOnly: Bool) { self.isViewOnly.note(isViewOnly) }
    mutating func noteClipboard(_ offer: ClipboardOffer) { clipboard.note(offer) }
    mutating func noteTimeLimit(_ limit: Interval) { timeLimit.note(limit) }
    mutating func noteRecorded() { isRecorded.note(true) }

    /// Tells what is new since the last call.
    mutating func tell(_ events: inout EventQueue<SessionEvent>) {
        if isRecorded.takeChange() != nil { events.append(.recorded) }
        if let isViewOnly = isViewOnly.takeChange() { events.append(.inputPolicy(isViewOnly: isViewOnly)) }
        if let offer = clipboard.takeChange() { events.append(.clipboardWanted(offer)) }
        if let limit = timeLimit.takeChange() { events.append(.timeLimit(limit)) }
        if let shape = cursor.takeChange() { events.append(.cursor(shape)) }
    }
}
