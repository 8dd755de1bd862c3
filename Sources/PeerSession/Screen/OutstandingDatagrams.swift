/// The screen datagrams whose fate is not known yet, oldest first: packet number and sequence beside each other.
struct OutstandingDatagrams {
    private struct Entry {
        var packetNumber: UInt64
        var sequence: UInt32
        var isSettled = false
        var isLost = false
    }

    private var entries: [Entry] = []
    /// Entries before this index are settled; they are dropped many at a time.
    private var head = 0

    /// Those behind the oldest that are known to be lost.
    private var lostCount = 0

    var isEmpty: Bool { head == entries.count }

    /// Whether one of those from the oldest on, whose fate is open, is known to be lost.
    var holdsLost: Bool { lostCount > 0 }

    /// The sequence number of the oldest datagram whose fate is open.
    var oldestSequence: UInt32? { isEmpty ? nil : entries[head].sequence }

    /// - Precondition: packet numbers rise.
    mutating func append(packetNumber: UInt64, sequence: UInt32) {
        if head > 1_024, head * 2 > entries.count {
            entries.removeFirst(head)
            head = 0
        }
        entries.append(Entry(packetNumber: packetNumber, sequence: sequence))
    }

    /// Notes that a datagram was acknowledged or lost.
    mutating func settle(_ packetNumber: UInt64, isLost: Bool) {
        var low = head
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].packetNumber < packetNumber { low = middle + 1 } else { high = middle }
        }
        guard low < entries.count, entries[low].packetNumber == packetNumber, !entries[low].isSettled else { return }
        entries[low].isSettled = true
        entries[low].isLost = isLost
        lostCount += isLost ? 1 : 0
        while head < entries.count, entries[head].isSettled {
            lostCount -= entries[head].isLost ? 1 : 0
            head += 1
        }
    }
}
