/// The screen datagrams whose fate is not known yet, oldest first: packet number and sequence beside each other.
struct OutstandingDatagrams {
    private struct Entry {
        var packetNumber: UInt64
        var sequence: UInt32
        var isMarker: Bool
        var isSettled: Bool
    }

    private var entries: [Entry] = []
    /// Entries before this index are settled; they are dropped many at a time.
    private var head = 0

    var isEmpty: Bool { head == entries.count }

    /// The sequence number of the oldest datagram whose fate is open.
    var oldestSequence: UInt32? { isEmpty ? nil : entries[head].sequence }

    /// - Precondition: packet numbers rise.
    mutating func append(packetNumber: UInt64, sequence: UInt32, isMarker: Bool) {
        if head > 1_024, head * 2 > entries.count {
            entries.removeFirst(head)
            head = 0
        }
        entries.append(Entry(packetNumber: packetNumber, sequence: sequence, isMarker: isMarker, isSettled: false))
    }

    /// Notes that a datagram was acknowledged or lost.
    ///
    /// - Returns: whether it was a marker.
    mutating func settle(_ packetNumber: UInt64) -> Bool {
        var low = head
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].packetNumber < packetNumber { low = middle + 1 } else { high = middle }
        }
        guard low < entries.count, entries[low].packetNumber == packetNumber else { return false }
        entries[low].isSettled = true
        let isMarker = entries[low].isMarker
        while head < entries.count, entries[head].isSettled { head += 1 }
        return isMarker
    }
}
