/// A hash table from flows to small values: open addressing with linear probing and backward-shift deletion.
///
/// The standard dictionary hashes with SipHash and a seed of the process; this one costs a few multiplications, and its
/// order is the same in every run.
struct FlowTable<Value: Sendable>: Sendable {
    private struct Entry: Sendable {
        var key: FlowKey
        var value: Value
    }

    private var slots: [Entry?] = []
    private(set) var count = 0

    init() {}

    subscript(key: FlowKey) -> Value? {
        get { find(key).flatMap { slots[$0]?.value } }
        set {
            if let newValue { insert(key, newValue) } else { remove(key) }
        }
    }

    mutating func removeAll() {
        guard count > 0 else { return }
        for index in slots.indices { slots[index] = nil }
        count = 0
    }

    /// Keeps only the entries whose value satisfies the predicate.
    mutating func retain(where isWanted: (Value) -> Bool) {
        let old = slots
        slots = Array(repeating: nil, count: old.count)
        count = 0
        for case let entry? in old where isWanted(entry.value) { insert(entry.key, entry.value) }
    }

    private func find(_ key: FlowKey) -> Int? {
        guard count > 0 else { return nil }
        let mask = slots.count - 1
        var index = Int(truncatingIfNeeded: key.mixed) & mask
        while let entry = slots[index] {
            if entry.key == key { return index }
            index = (index + 1) & mask
        }
        return nil
    }

    private mutating func insert(_ key: FlowKey, _ value: Value) {
        if (count + 1) * 4 > slots.count * 3 { grow() }
        let mask = slots.count - 1
        var index = Int(truncatingIfNeeded: key.mixed) & mask
        while let entry = slots[index] {
            if entry.key == key {
                slots[index] = Entry(key: key, value: value)
                return
            }
            index = (index + 1) & mask
        }
        slots[index] = Entry(key: key, value: value)
        count += 1
    }

    private mutating func grow() {
        let old = slots
        slots = Array(repeating: nil, count: max(8, old.count * 2))
        count = 0
        for case let entry? in old { insert(entry.key, entry.value) }
    }

    private mutating func remove(_ key: FlowKey) {
        guard var hole = find(key) else { return }
        let mask = slots.count - 1
        slots[hole] = nil
        count -= 1
        var index = (hole + 1) & mask
        while let entry = slots[index] {
            let home = Int(truncatingIfNeeded: entry.key.mixed) & mask
            // The entry may move into the hole unless its home lies cyclically behind the hole.
            if (index - home) & mask >= (index - hole) & mask {
                slots[hole] = entry
                slots[index] = nil
                hole = index
            }
            index = (index + 1) & mask
        }
    }
}
