/// Things that wait for the loop to take them, one by one, in order; its memory is used again.
struct TakenList<Element> {
    private var elements: [Element] = []
    private var taken = 0

    mutating func append(_ element: Element) { elements.append(element) }

    mutating func next() -> Element? {
        guard taken < elements.count else { return nil }
        let element = elements[taken]
        taken += 1
        if taken == elements.count {
            elements.removeAll(keepingCapacity: true)
            taken = 0
        }
        return element
    }
}
