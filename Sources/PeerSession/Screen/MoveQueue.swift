import ScreenCodec

/// Moves that were made in the host's picture: those that wait to be sent, and which packets carried the others.
struct MoveQueue {
    private static let limit = 128

    private(set) var waiting: [Move] = []
    private var sent: [(packetNumber: UInt64, first: UInt32, count: Int)] = []
    private(set) var nextNumber: UInt32 = 0

    var hasRoom: Bool { waiting.count < Self.limit }

    mutating func append(_ move: Move) {
        waiting.append(move)
        nextNumber &+= 1
    }

    /// What waits is not worth sending any more.
    mutating func removeWaiting() { waiting.removeAll(keepingCapacity: true) }

    mutating func markSent(_ count: Int, in packetNumber: UInt64) {
        guard count > 0 else { return }
        sent.append((packetNumber, waiting[0].number, count))
        waiting.removeFirst(count)
    }

    /// Notes that a packet was acknowledged or lost.
    ///
    /// - Returns: the editions that its moves made.
    mutating func settle(_ packetNumber: UInt64) -> [UInt64] {
        guard let index = sent.firstIndex(where: { $0.packetNumber == packetNumber }) else { return [] }
        let (_, first, count) = sent.remove(at: index)
        return (0..<count).map { TileEdition.moved(first &+ UInt32($0)) }
    }
}
