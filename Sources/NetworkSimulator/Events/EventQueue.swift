/// A binary heap of events; events of one time come out in the order in which they went in.
struct EventQueue {
    private var heap: [Event] = []
    private var sequence: UInt64 = 0

    var count: Int { heap.count }

    var first: Event? { heap.first }

    mutating func push(_ kind: Event.Kind, at nanoseconds: Int64, index: Int, generation: UInt32 = 0) {
        let event = Event(
            nanoseconds: nanoseconds, sequence: sequence, index: Int32(truncatingIfNeeded: index),
            generation: generation, kind: kind)
        sequence += 1
        heap.append(event)
        siftUp(from: heap.count - 1, event)
    }

    mutating func pop() -> Event? {
        guard let first = heap.first, let last = heap.popLast() else { return nil }
        if !heap.isEmpty { siftDown(last) }
        return first
    }

    private mutating func siftUp(from start: Int, _ event: Event) {
        var index = start
        while index > 0 {
            let parent = (index - 1) / 2
            guard event < heap[parent] else { break }
            heap[index] = heap[parent]
            index = parent
        }
        heap[index] = event
    }

    private mutating func siftDown(_ event: Event) {
        var index = 0
        let count = heap.count
        while true {
            var child = index * 2 + 1
            guard child < count else { break }
            if child + 1 < count, heap[child + 1] < heap[child] { child += 1 }
            guard heap[child] < event else { break }
            heap[index] = heap[child]
            index = child
        }
        heap[index] = event
    }
}
