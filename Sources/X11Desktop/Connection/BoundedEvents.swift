/// Events for the caller to take; the oldest are dropped, and counted, when nobody takes them.
struct BoundedEvents<Element> {
    private var elements: [Element] = []
    private let limit: Int
    private(set) var droppedCount = 0

    init(limit: Int) { self.limit = limit }

    var last: Element? {
        get { elements.last }
        set {
            guard let newValue, !elements.isEmpty else { return }
            elements[elements.count - 1] = newValue
        }
    }

    mutating func append(_ element: Element) {
        if elements.count >= limit {
            elements.removeFirst()
            droppedCount += 1
        }
        elements.append(element)
    }

    mutating func take() -> [Element] {
        defer { elements.removeAll(keepingCapacity: true) }
        return elements
    }
}
