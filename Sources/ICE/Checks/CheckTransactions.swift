import STUN

/// The latest checks, found by their transaction identifier; the oldest make room.
struct CheckTransactions: Sendable {
    private var entries: [CheckTransaction?] = []
    private var next = 0
    let limit: Int

    init(limit: Int) { self.limit = max(1, limit) }

    mutating func insert(_ transaction: CheckTransaction) {
        if entries.count < limit {
            entries.append(transaction)
        } else {
            entries[next] = transaction
        }
        next = (next + 1) % limit
    }

    /// Finds a transaction, newest first, without ending it.
    func find(_ identifier: TransactionIdentifier) -> (slot: Int, transaction: CheckTransaction)? {
        for step in 1...max(1, entries.count) {
            let slot = (next - step + entries.count) % max(1, entries.count)
            if slot < entries.count, let entry = entries[slot], entry.identifier == identifier { return (slot, entry) }
        }
        return nil
    }

    mutating func remove(slot: Int) { entries[slot] = nil }
}
