/// Events for the caller to take; the oldest are dropped when nobody takes them.
struct BoundedEvents<Element> {
    private var elements: [Element] = []
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    var last: Element? {
        get { elements.last }
        set {
            guard let newValue, !elements.isEmpty else { return }
            elements[elements.count - 1] = newValue
        }
    }

    mutating func append(_ element: Element) {
        if elements.count >= limit { elements.removeFirst() }
        elements.append(element)
    }

    mutating func take() -> [Element] {
        defer { elements.removeAll(keepingCapacity: true) }
        return elements
    }
}
