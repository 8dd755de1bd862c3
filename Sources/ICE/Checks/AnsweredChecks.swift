import STUN

/// The latest checks of the peer, and how often each has come: whoever listens on the way can send copies of them, which
/// are authentic.
struct AnsweredChecks: Sendable {
    private struct Entry {
        let identifier: TransactionIdentifier
        var count: Int
    }

    /// Rc of RFC 8489 section 6.2.1: no agent sends one request more often. Ours never repeats one.
    private static let mostCopies = 7
    private static let limit = 64

    private var entries: [Entry] = []
    private var oldest = 0

    /// Counts one that has come; false if it is a copy too many.
    mutating func note(_ identifier: TransactionIdentifier) -> Bool {
        if let index = entries.firstIndex(where: { $0.identifier == identifier }) {
            guard entries[index].count < Self.mostCopies else { return false }
            entries[index].count += 1
            return true
        }
        let entry = Entry(identifier: identifier, count: 1)
        if entries.count < Self.limit {
            entries.append(entry)
        } else {
            entries[oldest] = entry
            oldest = (oldest + 1) % Self.limit
        }
        return true
    }
}
