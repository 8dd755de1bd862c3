import WireFormat

/// What the viewer tells the host of moves that it did not make, until it knows that the host has heard.
///
/// A report is a list of numbers, four bytes each; an empty one says that there were too many, and so that every move
/// may have been refused.
struct RefusedMoves {
    /// More are not remembered singly.
    private static let limit = 1_024
    /// A report leaves this much of a packet to others.
    private static let longestReport = 256

    private var due: [UInt32] = []
    private var isEverythingDue = false
    private var sent: [(packetNumber: UInt64, numbers: [UInt32])] = []

    var isDue: Bool { !due.isEmpty || isEverythingDue }

    mutating func add(_ numbers: [UInt32]) {
        guard !isEverythingDue else { return }
        due += numbers
        guard due.count > Self.limit else { return }
        due = []
        isEverythingDue = true
    }

    @_lifetime(content: copy content)
    mutating func fill(_ content: inout OutputSpan<UInt8>, packetNumber: UInt64) -> Bool {
        guard isDue else { return false }
        let count = min(due.count, Self.longestReport, content.freeCapacity / 4)
        guard count > 0 || isEverythingDue, sent.count < Self.limit else { return false }
        let numbers = Array(due.prefix(count))
        for number in numbers { content.append(bigEndian: number) }
        due.removeFirst(count)
        isEverythingDue = false
        sent.append((packetNumber, numbers))
        return true
    }

    mutating func acknowledged(_ packetNumber: UInt64) { sent.removeAll { $0.packetNumber == packetNumber } }

    mutating func lost(_ packetNumber: UInt64) {
        guard let index = sent.firstIndex(where: { $0.packetNumber == packetNumber }) else { return }
        let numbers = sent.remove(at: index).numbers
        if numbers.isEmpty { isEverythingDue = true }
        add(numbers)
    }

    /// Reads a report as the host receives it.
    ///
    /// - Returns: the numbers; none means every move.
    static func read(_ content: Span<UInt8>) throws(Truncated) -> Set<UInt32> {
        var reader = ByteReader(content)
        var numbers: Set<UInt32> = []
        while reader.remaining > 0 { numbers.insert(try reader.readUInt32()) }
        return numbers
    }
}
