import ScreenCodec

/// Editions that the viewer does not have, to be looked up by ranges.
struct LostEditions {
    /// Both ascending.
    private let packets: [UInt64]
    private let moves: [UInt64]

    init(_ editions: some Sequence<UInt64>) {
        var packets: [UInt64] = []
        var moves: [UInt64] = []
        for edition in editions {
            if let move = TileEdition.moveNumber(of: edition) {
                moves.append(UInt64(move))
            } else {
                packets.append(edition)
            }
        }
        self.packets = packets.sorted()
        self.moves = moves.sorted()
    }

    var isEmpty: Bool { packets.isEmpty && moves.isEmpty }

    func hasPacket(in range: ClosedRange<UInt64>) -> Bool { Self.has(packets, range) }

    func hasMove(in range: ClosedRange<UInt32>) -> Bool {
        Self.has(moves, UInt64(range.lowerBound)...UInt64(range.upperBound))
    }

    private static func has(_ sorted: [UInt64], _ range: ClosedRange<UInt64>) -> Bool {
        var low = 0
        var high = sorted.count
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle] < range.lowerBound { low = middle + 1 } else { high = middle }
        }
        return low < sorted.count && sorted[low] <= range.upperBound
    }
}
