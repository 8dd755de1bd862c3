import WireFormat

extension Server {
    /// What the driver has to do, and what an audit trail wants to know.
    public enum Event: Hashable, Sendable {
        /// Bind a UDP socket here, then call `relayOpened` or `relayFailed` with the identifier. An allocation may ask for
        /// another one then: its companion's, or that of the port that is reserved with it.
        case openRelay(AllocationIdentifier, TransportAddress)
        /// Close the socket bound here, if there is one: a port that could not be opened is closed too. The allocation may
        /// have ended before, if it is the port that was reserved with it. Nothing goes
        /// through it any more, and its port may be asked for again.
        case closeRelay(AllocationIdentifier, TransportAddress)
        case allocationCreated(AllocationRecord)
        case allocationEnded(AllocationRecord, AllocationEnd)
        /// The client took its allocation along from another address of its own (RFC 8016).
        case allocationMoved(AllocationRecord, from: Path)
    }

    /// Names an allocation as long as the server runs.
    public struct AllocationIdentifier: Hashable, Sendable {
        public let rawValue: UInt64
        /// Where it is kept.
        var slot: Int { Int(truncatingIfNeeded: rawValue) & Self.largestSlot }
        /// Which server of a team has it.
        var server: Int { Int(truncatingIfNeeded: rawValue >> 24 & 0xFF) }

        static let largestSlot = 0xFF_FFFF

        init(rawValue: UInt64) { self.rawValue = rawValue }

        /// - Precondition: the slot is not above `largestSlot`.
        init(slot: Int, of server: Int, generation: UInt32) {
            rawValue = UInt64(generation) << 32 | UInt64(server) << 24 | UInt64(slot)
        }
    }

    /// Why an allocation ended.
    public enum AllocationEnd: String, Hashable, Sendable {
        /// The client gave it back.
        case released
        /// The client did not refresh it.
        case expired
        /// The client's connection to the server closed.
        case connectionClosed
    }

    /// An allocation as an audit trail knows it: addresses and amounts, never content.
    public struct AllocationRecord: Hashable, Sendable {
        public let identifier: AllocationIdentifier
        /// The user name without the time in front.
        public let user: String
        public let client: Path
        /// The relayed address as advertised.
        public let relayed: TransportAddress
        /// The IPv6 companion of a dual allocation.
        public let additional: TransportAddress?
        public let createdAt: Instant
        /// Payload that went through, headers not counted.
        public var traffic: Traffic
    }

    /// What an allocation carried each way.
    public struct Traffic: Hashable, Sendable {
        public var bytesToPeers: UInt64 = 0
        public var bytesToClient: UInt64 = 0
        public var packetsToPeers: UInt64 = 0
        public var packetsToClient: UInt64 = 0

        public init() {}

        public mutating func add(_ other: Traffic) {
            bytesToPeers &+= other.bytesToPeers
            bytesToClient &+= other.bytesToClient
            packetsToPeers &+= other.packetsToPeers
            packetsToClient &+= other.packetsToClient
        }
    }
}
