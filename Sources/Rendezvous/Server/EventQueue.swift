/// A first-in first-out queue whose head moves, so that taking one is not moving all.
struct EventQueue<Element: Sendable>: Sendable {
    private var elements: [Element] = []
    private var head = 0

    var isEmpty: Bool { head == elements.count }

    mutating func append(_ element: Element) { elements.append(element) }

    mutating func popFirst() -> Element? {
        guard head < elements.count else { return nil }
        defer {
            head += 1
            if head == elements.count {
                elements.removeAll(keepingCapacity: elements.capacity <= 1_024)
                head = 0
            } else if head > 1_024, head * 2 > elements.count {
                elements.removeSubrange(..<head)
                head = 0
            }
        }
        return elements[head]
    }
}

/// The connections that have something to send.
typealias ReadyQueue = EventQueue<ConnectionIdentifier>
