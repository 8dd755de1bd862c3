/// Events waiting for the owner, oldest first. An owner drains them after each call, so there are few.
struct EventQueue<Event> {
    private var events: [Event] = []
    private var head = 0

    var count: Int { events.count - head }

    mutating func append(_ event: Event) { events.append(event) }

    mutating func popFirst() -> Event? {
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
