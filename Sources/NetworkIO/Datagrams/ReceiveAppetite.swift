/// How many datagrams a socket is asked for at once: many, unless it has had a single one each time for a while. Asking
/// for more than there are costs a second look in the kernel, asking for fewer costs a turn.
struct ReceiveAppetite {
    /// So many times one alone.
    private static let patience: UInt8 = 8

    private var singles: UInt8 = 0
    private var lastTurn: UInt64 = 0

    mutating func next(inTurn turn: UInt64) -> Int {
        // Ready again at once: there was more, or there is much.
        if singles >= Self.patience, lastTurn + 1 == turn { singles = 0 }
        return singles >= Self.patience ? 1 : ReceiveBatch.slots
    }

    mutating func note(_ count: Int, inTurn turn: UInt64) {
        singles = count > 1 ? 0 : min(Self.patience, singles + 1)
        lastTurn = turn
    }
}
