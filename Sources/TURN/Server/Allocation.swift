import STUN
import WireFormat

extension Server {
    /// What the server keeps for a client.
    struct Allocation: Sendable {
        let identifier: AllocationIdentifier
        /// The five-tuple; mobility (RFC 8016) changes it.
        var client: Path
        /// The relayed address that was asked for, and its IPv6 companion in a dual allocation.
        var relay: RelayEnd
        var additional: RelayEnd?
        /// Why there is no companion although one was asked for.
        var additionalRefusal: ErrorCode?
        /// Names the next higher port, which was reserved with this allocation.
        var reservation: ReservationToken?
        /// Lets the client come from another address.
        var mobility: MobilityTicket?
        let credentials: Credentials
        /// The Allocate that made it, whose repetitions get the same answer.
        let transaction: TransactionIdentifier
        let createdAt: Instant
        var state: AllocationState
        var expiresAt: Instant
        var permissions: [Permission] = []
        var channels: [Channel] = []
        var traffic = Traffic()
        /// Bounds the authentic requests.
        var requestRate = RateBucket()

        var record: AllocationRecord {
            AllocationRecord(
                identifier: identifier, user: String(decoding: credentials.user, as: UTF8.self), client: client,
                relayed: relay.relayed, additional: additional?.relayed, createdAt: createdAt, traffic: traffic)
        }

        var isLive: Bool {
            if case .live = state { true } else { false }
        }

        /// Where its packets to and from a peer come from and go to; nil while it relays nothing. All of it plain
        /// values: the data path copies these rather than the allocation with its tables.
        func ends(for peer: IPAddress, at now: Instant) -> (client: Path, relay: RelayEnd)? {
            guard isLive, now < expiresAt, let relay = relay(for: peer) else { return nil }
            return (client, relay)
        }

        /// The relayed address of the peer's family.
        func relay(for peer: IPAddress) -> RelayEnd? {
            if relay.relayed.ip.isIPv4 == peer.isIPv4 { return relay }
            guard let additional, additional.relayed.ip.isIPv4 == peer.isIPv4 else { return nil }
            return additional
        }

        func isRelaying(at address: TransportAddress) -> Bool {
            isLive && (relay.relayed == address || additional?.relayed == address)
        }

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
        /// The driver was asked for a socket.
        case opening(Opening)
        case live
    }

    /// An allocation that is being made.
    struct Opening: Sendable {
        let parity: PortParity
        let lifetimeSeconds: UInt32
        /// How many ports were tried.
        var attempt = 1
        /// The first socket is open, and the driver was asked for the companion's, or for that of the next port.
        var isSecond = false
    }

    /// A relayed address.
    struct RelayEnd: Sendable {
        /// As clients and peers see it.
        var relayed: TransportAddress
        /// As the driver binds it.
        var bound: TransportAddress

        init(_ address: RelayAddress, port: UInt16) {
            relayed = TransportAddress(ip: address.advertised, port: port)
            bound = TransportAddress(ip: address.bound, port: port)
        }

        /// The address of the next higher port.
        var next: RelayEnd {
            var next = self
            next.move(to: bound.port + 1)
            return next
        }

        mutating func move(to port: UInt16) {
            relayed.port = port
            bound.port = port
        }
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

    /// What requests are checked and answers protected with.
    struct Protection: Sendable {
        let key: IntegrityKey
        let integrity: IntegrityAlgorithm
    }

    /// Who a request is from, proven by its integrity check.
    struct Credentials: Sendable {
        let username: [UInt8]
        let algorithm: PasswordAlgorithm
        let key: Protection

        /// The user name behind the time: whom quotas count and audit trails name.
        var user: [UInt8] {
            guard let colon = username.firstIndex(of: 0x3A) else { return username }
            return [UInt8](username[(colon + 1)...])
        }
    }
}
