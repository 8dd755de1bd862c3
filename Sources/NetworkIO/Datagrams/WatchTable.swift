/// What is watched, by numbers that are found without hashing and never mean two things: an event of a descriptor that
/// was closed in the same turn finds nothing.
struct WatchTable<Element> {
    private var elements: [(generation: UInt32, element: Element?)] = []
    private var free: [UInt32] = []

    mutating func insert(_ element: Element) -> UInt64 {
        guard let slot = free.popLast() else {
            elements.append((0, element))
            return UInt64(elements.count - 1)
        }
        elements[Int(slot)].element = element
        return UInt64(elements[Int(slot)].generation) << 32 | UInt64(slot)
    }

    subscript(number: UInt64) -> Element? {
        let slot = Int(truncatingIfNeeded: number & 0xFFFF_FFFF)
        guard slot < elements.count, elements[slot].generation == UInt32(number >> 32) else { return nil }
        return elements[slot].element
    }

    mutating func remove(_ number: UInt64) {
        guard self[number] != nil else { return }
        let slot = UInt32(truncatingIfNeeded: number)
        elements[Int(slot)].element = nil
        elements[Int(slot)].generation &+= 1
        free.append(slot)
    }
}
