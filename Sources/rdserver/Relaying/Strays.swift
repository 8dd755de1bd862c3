import WireFormat

/// Clients whose datagrams reach another loop than the one that has their allocation, as a loop of a relay knows them.
struct Strays {
    /// Where a client's datagrams go.
    struct Stray {
        let owner: Int
        /// The number of the guess that says so; nil if the owner said it.
        let supposition: UInt64?
    }

    /// Each of those known for sure is an allocation that moved.
    private static let limit = 4_096
    /// Of those supposed, twice so many at most are remembered: anybody can send a ticket.
    private static let supposedLimit = 512

    /// Whose datagrams come here, and which loop has their allocations.
    private var owners: [Path: Int] = [:]
    /// The same, as tickets and tokens said that nobody has checked yet: what a client sends next goes the same way, for
    /// it may be faster than the owner's word. The newest, and those before.
    private var supposed: (newest: [Path: Supposition], older: [Path: Supposition]) = ([:], [:])
    private var suppositions: UInt64 = 0
    /// The other way round: clients of this loop whose datagrams come to another, and to which.
    private var finders: [Path: Int] = [:]

    private struct Supposition {
        let owner: Int
        let number: UInt64
    }

    private var isEmpty: Bool { owners.isEmpty && supposed.newest.isEmpty && supposed.older.isEmpty }

    func owner(of client: Path) -> Int? { stray(client)?.owner }

    func stray(_ client: Path) -> Stray? {
        guard !isEmpty else { return nil }
        if let owner = owners[client] { return Stray(owner: owner, supposition: nil) }
        return (supposed.newest[client] ?? supposed.older[client]).map {
            Stray(owner: $0.owner, supposition: $0.number)
        }
    }

    mutating func suppose(_ owner: Int, has client: Path) {
        if supposed.newest.count >= Self.supposedLimit { supposed = (newest: [:], older: supposed.newest) }
        suppositions += 1
        supposed.newest[client] = Supposition(owner: owner, number: suppositions)
    }

    /// The loop that was supposed to have the client's allocation has none. What was supposed since stays.
    mutating func withdraw(_ number: UInt64, of client: Path) {
        if supposed.newest[client]?.number == number { supposed.newest[client] = nil }
        if supposed.older[client]?.number == number { supposed.older[client] = nil }
    }

    /// - Parameter owner: nil: no loop has an allocation of this client any more.
    mutating func setOwner(_ owner: Int?, of client: Path) {
        guard owner == nil || owners.count < Self.limit else { return }
        owners[client] = owner
    }

    func finder(of client: Path) -> Int? { finders[client] }

    /// - Parameter finder: nil: this loop has no allocation of the client, or has it alone.
    /// - Returns: whether that is news.
    mutating func setFinder(_ finder: Int?, of client: Path) -> Bool {
        guard finders[client] != finder, finder == nil || finders.count < Self.limit else { return false }
        finders[client] = finder
        return true
    }
}
