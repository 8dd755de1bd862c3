import WireFormat

/// Packets under way, earliest arrival first; ties in the order of sending.
struct FlightQueue {
    struct Flight {
        var arrival: Instant
        var order: UInt64
        var target: Int
        var number: UInt64
        var ecn: ECNCodepoint
        var bytes: [UInt8]
    }

    private var heap: [Flight] = []
    private var order: UInt64 = 0

    var next: Instant? { heap.first?.arrival }

    mutating func push(to target: Int, number: UInt64, bytes: [UInt8], ecn: ECNCodepoint, arrival: Instant) {
        heap.append(
            Flight(arrival: arrival, order: order, target: target, number: number, ecn: ecn, bytes: bytes))
        order += 1
        var child = heap.count - 1
        while child > 0, isBefore(child, (child - 1) / 2) {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func pop() -> Flight {
        heap.swapAt(0, heap.count - 1)
        let result = heap.removeLast()
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && isBefore(child, least) {
                least = child
            }
            if least == parent { return result }
            heap.swapAt(parent, least)
            parent = least
        }
    }

    private func isBefore(_ left: Int, _ right: Int) -> Bool {
        (heap[left].arrival, heap[left].order) < (heap[right].arrival, heap[right].order)
    }
}
