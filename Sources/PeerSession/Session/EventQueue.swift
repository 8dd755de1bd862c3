/// Events waiting for the owner, oldest first. An owner drains them after each call, so there are few.
struct EventQueue {
    private var events: [SessionEvent] = []
    private var head = 0

    mutating func append(_ event: SessionEvent) { events.append(event) }

    mutating func popFirst() -> SessionEvent? {
        guard head < events.count else {
            if head > 0 {
                events.removeAll(keepingCapacity: true)
                head = 0
            }
            return nil
        }
        defer { head += 1 }
        return events[head]
    }
}
