import WireFormat

/// What the viewer tells the host of moves and patches that it did not make, until it knows that the host has heard.
///
/// A report is a list of the editions that it does not have for it (`TileEdition`), eight bytes each; an empty one says
/// that there were too many, and so that it may have none.
struct RefusedEditions {
    /// More are not remembered singly.
    private static let limit = 1_024
    /// A report leaves this much of a packet to others.
    private static let longestReport = 128

    private var due: [UInt64] = []
    private var isEverythingDue = false
    private var sent: [(packetNumber: UInt64, editions: [UInt64])] = []

    var isDue: Bool { !due.isEmpty || isEverythingDue }

    mutating func add(_ edition: UInt64) {
        guard !isEverythingDue else { return }
        due.append(edition)
        guard due.count > Self.limit else { return }
        due = []
        isEverythingDue = true
    }

    @_lifetime(content: copy content)
    mutating func fill(_ content: inout OutputSpan<UInt8>, packetNumber: UInt64) -> Bool {
        guard isDue else { return false }
        let count = min(due.count, Self.longestReport, content.freeCapacity / 8)
        guard count > 0 || isEverythingDue, sent.count < Self.limit else { return false }
        let editions = Array(due.prefix(count))
        for edition in editions { content.append(bigEndian: edition) }
        due.removeFirst(count)
        isEverythingDue = false
        sent.append((packetNumber, editions))
        return true
    }

    mutating func acknowledged(_ packetNumber: UInt64) { sent.removeAll { $0.packetNumber == packetNumber } }

    mutating func lost(_ packetNumber: UInt64) {
        guard let index = sent.firstIndex(where: { $0.packetNumber == packetNumber }) else { return }
        let editions = sent.remove(at: index).editions
        if editions.isEmpty { isEverythingDue = true }
        for edition in editions { add(edition) }
    }

    /// Reads a report as the host receives it.
    ///
    /// - Returns: the editions; none means all there are.
    static func read(_ content: Span<UInt8>) throws(Truncated) -> [UInt64] {
        var reader = ByteReader(content)
        var editions: [UInt64] = []
        while reader.remaining > 0 { editions.append(try reader.readUInt64()) }
        return editions
    }
}
