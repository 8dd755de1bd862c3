import STUN
import WireFormat

extension Server {
    /// How many allocations there are: in all, of each user, of each source.
    public struct AllocationCounts: Sendable {
        public private(set) var total = 0
        private var users: [[UInt8]: Int] = [:]
        private var sources: [SourceNetwork: Int] = [:]

        public init() {}

        /// "486 (Allocation Quota Reached): ... this username"; we count sources as well, whatever their users' names.
        ///
        /// - Returns: what stands against one more.
        func objection(to user: [UInt8], _ source: SourceNetwork, _ limits: Limits) -> ErrorCode? {
            guard users[user] ?? 0 < limits.allocationsPerUser, sources[source] ?? 0 < limits.allocationsPerSource
            else { return .allocationQuotaReached }
            return total < limits.allocations ? nil : .insufficientCapacity
        }

        mutating func add(_ user: [UInt8], _ source: SourceNetwork) {
            total += 1
            users[user, default: 0] += 1
            sources[source, default: 0] += 1
        }

        mutating func remove(_ user: [UInt8], _ source: SourceNetwork) {
            total -= 1
            Self.decrease(&users, user)
            Self.decrease(&sources, source)
        }

        /// An allocation is another source's now (RFC 8016).
        mutating func move(from old: SourceNetwork, to new: SourceNetwork) {
            Self.decrease(&sources, old)
            sources[new, default: 0] += 1
        }

        private static func decrease<Key>(_ counts: inout [Key: Int], _ key: Key) {
            let count = (counts[key] ?? 1) - 1
            counts[key] = count > 0 ? count : nil
        }
    }
}
