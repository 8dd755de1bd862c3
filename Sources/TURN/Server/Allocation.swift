import STUN
import WireFormat

extension Server {
    /// What the server keeps for a client.
    struct Allocation: Sendable {
        let identifier: AllocationIdentifier
        let client: Path
        /// As clients and peers see it.
        var relayed: TransportAddress
        /// As the driver binds it.
        var bound: TransportAddress
        let credentials: Credentials
        /// The Allocate that made it, whose repetitions get the same answer.
        let transaction: TransactionIdentifier
        let createdAt: Instant
        var state: AllocationState
        var expiresAt: Instant
        var permissions: [Permission] = []
        var channels: [Channel] = []
        var traffic = Traffic()

        var record: AllocationRecord {
            AllocationRecord(
                identifier: identifier, user: String(decoding: credentials.user, as: UTF8.self), client: client,
                relayed: relayed, createdAt: createdAt, traffic: traffic)
        }

        var isLive: Bool {
            if case .live = state { true } else { false }
        }

        /// Where its packets come from and go to; nil while it relays nothing. All of it plain values: the data path
        /// copies these rather than the allocation with its tables.
        func ends(at now: Instant) -> (client: Path, bound: TransportAddress, relayed: TransportAddress)? {
            isLive && now < expiresAt ? (client, bound, relayed) : nil
        }

        func isRelaying(at address: TransportAddress) -> Bool { isLive && relayed == address }

        mutating func countToPeer(_ size: Int) {
            traffic.bytesToPeers &+= UInt64(size)
            traffic.packetsToPeers &+= 1
        }

        mutating func countToClient(_ size: Int) {
            traffic.bytesToClient &+= UInt64(size)
            traffic.packetsToClient &+= 1
        }

        func permits(_ ip: IPAddress, at now: Instant) -> Bool {
            permissions.contains { $0.ip == ip && now < $0.expiresAt }
        }

        func channel(to peer: TransportAddress, at now: Instant) -> UInt16? {
            channels.first { $0.peer == peer && now < $0.expiresAt }?.number
        }

        func peer(on channel: UInt16, at now: Instant) -> TransportAddress? {
            channels.first { $0.number == channel && now < $0.expiresAt }?.peer
        }
    }

    enum AllocationState: Sendable {
        /// The driver was asked for the relay's socket; `attempt` ports were tried, `lifetimeSeconds` will be granted.
        case opening(attempt: Int, lifetimeSeconds: UInt32)
        case live
    }

    struct Permission: Sendable {
        let ip: IPAddress
        var expiresAt: Instant
    }

    struct Channel: Sendable {
        let number: UInt16
        let peer: TransportAddress
        var expiresAt: Instant
    }

    /// Who a request is from, proven by its integrity check.
    struct Credentials: Sendable {
        let username: [UInt8]
        let key: IntegrityKey

        /// The user name behind the time: whom quotas count and audit trails name.
        var user: [UInt8] {
            guard let colon = username.firstIndex(of: 0x3A) else { return username }
            return [UInt8](username[(colon + 1)...])
        }
    }
}
