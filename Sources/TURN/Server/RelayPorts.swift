import WireFormat

/// Which allocation has which relay port: an array, so that a peer's packet needs no hashing.
///
/// A port belongs to one allocation in both families, so that a dual allocation has one number.
struct RelayPorts: Sendable {
    let range: ClosedRange<UInt16>
    /// Slot plus one for each port, zero where it is free, -1 where it is reserved.
    private var slots: [Int32]
    private(set) var usedCount = 0

    init(range: ClosedRange<UInt16>) {
        self.range = range
        slots = [Int32](repeating: 0, count: range.count)
    }

    /// The slot of the allocation that has the port.
    subscript(port: UInt16) -> Int? {
        guard range.contains(port) else { return nil }
        let slot = slots[Int(port - range.lowerBound)]
        return slot <= 0 ? nil : Int(slot) - 1
    }

    /// Takes a free port at random; the next one is not to be guessed (RFC 8656 section 7.2).
    mutating func take(for slot: Int, _ parity: PortParity, random: inout SeededRandom) -> UInt16? {
        guard usedCount < slots.count else { return nil }
        let start = Int(random.next() % UInt64(slots.count))
        for step in 0..<slots.count {
            let index = (start + step) % slots.count
            let port = range.lowerBound + UInt16(index)
            guard slots[index] == 0, parity == .any || port % 2 == 0 else { continue }
            if parity == .evenAndNext {
                guard index + 1 < slots.count, slots[index + 1] == 0 else { continue }
                slots[index + 1] = -1
                usedCount += 1
            }
            slots[index] = Int32(truncatingIfNeeded: slot + 1)
            usedCount += 1
            return port
        }
        return nil
    }

    /// Gives a reserved port to an allocation.
    mutating func claim(_ port: UInt16, for slot: Int) -> Bool {
        guard range.contains(port), slots[Int(port - range.lowerBound)] == -1 else { return false }
        slots[Int(port - range.lowerBound)] = Int32(truncatingIfNeeded: slot + 1)
        return true
    }

    /// Gives up a port that an allocation has, or that is reserved.
    mutating func release(_ port: UInt16) {
        guard range.contains(port), slots[Int(port - range.lowerBound)] != 0 else { return }
        slots[Int(port - range.lowerBound)] = 0
        usedCount -= 1
    }
}
