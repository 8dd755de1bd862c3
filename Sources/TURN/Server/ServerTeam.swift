import WireFormat

extension Server {
    /// A server's place among several that are one to their clients: each on a thread of its own, with sockets of its own
    /// at the same ports, and nothing in common but the key of their nonces and `TeamLedger`.
    ///
    /// Relay ports are dealt out in slices, so that a port tells whose it is, and allocations are named so that a mobility
    /// ticket does. What reaches the wrong one, for a client's address has changed, is handed over by their driver:
    /// `owner(of:)` says whom to. A payload for another's allocation goes there by way of the kernel, as to any peer.
    public struct Team: Sendable {
        /// The most servers of a team: what the name of an allocation has room for.
        public static let limit = 64

        public let index: Int
        public let count: Int
        public let ledger: any TeamLedger
        let nonceKey: [UInt8]

        /// - Parameters:
        ///   - index: below `count`, and this server's alone.
        ///   - nonceKey: 32 unpredictable bytes, the same for all.
        public init(index: Int, of count: Int, nonceKey: [UInt8], ledger: any TeamLedger) {
            precondition((1...Self.limit).contains(count) && (0..<count).contains(index) && nonceKey.count == 32)
            self.index = index
            self.count = count
            self.nonceKey = nonceKey
            self.ledger = ledger
        }

        /// This server's part of the team's ports: pairs of an even and an odd one stay together.
        ///
        /// - Returns: nil if there are too few for all.
        public func ports(of all: ClosedRange<UInt16>) -> ClosedRange<UInt16>? {
            let first = Int(all.lowerBound)
            let share = all.count / count & ~1
            guard share > 0 else { return nil }
            let start = first + index * share
            let end = index == count - 1 ? Int(all.upperBound) : start + share - 1
            return UInt16(start)...UInt16(end)
        }
    }
}

/// What the servers of a team know of each other. Called on each one's thread: counts for each allocation that is made or
/// ends, ports for each payload to a relayed address of the team.
public protocol TeamLedger: AnyObject, Sendable {
    /// Changes the counts while nobody else does.
    func count(_ change: (inout Server.AllocationCounts) -> Void)
    /// A relayed address is open, or is not any more.
    func note(_ relayed: TransportAddress, isOpen: Bool)
    func isOpen(_ relayed: TransportAddress) -> Bool
}
