/// First in, first out, with a limit.
struct Queue<Element: Sendable>: Sendable {
    private var elements: [Element] = []
    private var head = 0
    let limit: Int

    init(limit: Int) { self.limit = limit }

    var isEmpty: Bool { head == elements.count }
    var isFull: Bool { count >= limit }
    var count: Int { elements.count - head }

    /// False if the queue is full and the element was dropped.
    @discardableResult
    mutating func append(_ element: Element) -> Bool {
        guard !isFull else { return false }
        elements.append(element)
        return true
    }

    mutating func popFirst() -> Element? {
        guard head < elements.count else { return nil }
        let element = elements[head]
        head += 1
        if head == elements.count {
            elements.removeAll(keepingCapacity: true)
            head = 0
        } else if head >= limit {
            elements.removeFirst(head)
            head = 0
        }
        return element
    }
}
