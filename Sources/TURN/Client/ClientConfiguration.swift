import STUN
import WireFormat

extension Client {
    /// Where to allocate, and as whom.
    public struct Configuration: Hashable, Sendable {
        public var server: TransportAddress
        /// What carries the bytes to the server; over TCP and TLS the owner connects first.
        public var transport: TransportProtocol
        public var username: String
        public var password: String
        /// The family of the relayed address; nil leaves it to the server, which then takes IPv4.
        public var family: AddressFamily?
        /// The lifetime to ask for in seconds; ten minutes are the default (RFC 8656 section 3.2).
        public var lifetimeSeconds: UInt32
        public var retransmission: RetransmissionPolicy
        /// Send something at least this often, so that a NAT before the server keeps its mapping: 15
        /// seconds is RFC 8445's Tr (section 11).
        public var keepalive: Interval
        /// The most peers with a permission, and the most channels.
        public var peerLimit: Int
        /// An IPv6 relayed address beside the IPv4 one (ADDITIONAL-ADDRESS-FAMILY, RFC 8656 section 18.11); not together
        /// with `family`.
        public var wantsBothFamilies = false
        /// Which port the relayed address has.
        public var port = Port.any
        /// Peers get datagrams whole or not at all (DONT-FRAGMENT); a server that cannot do this refuses (420).
        public var forbidsFragmentation = false
        /// What the server would answer the first request with, where it is known: that request is authenticated then.
        public var challenge: Challenge?
        /// The allocation can be taken along to another local address with `move` (RFC 8016).
        public var isMobile = false

        public init(
            server: TransportAddress, transport: TransportProtocol = .udp, username: String, password: String,
            family: AddressFamily? = nil, lifetimeSeconds: UInt32 = 600,
            retransmission: RetransmissionPolicy = RetransmissionPolicy(), keepalive: Interval = .seconds(15),
            peerLimit: Int = 256
        ) {
            self.server = server
            self.transport = transport
            self.username = username
            self.password = password
            self.family = family
            self.lifetimeSeconds = lifetimeSeconds
            self.retransmission = retransmission
            self.keepalive = keepalive
            self.peerLimit = peerLimit
        }
    }

    /// The port of a relayed address (EVEN-PORT and RESERVATION-TOKEN, RFC 8656 sections 18.7 and 18.9).
    public enum Port: Hashable, Sendable {
        case any
        case even
        /// And the next higher one is kept for 30 seconds for whoever has the token of `Event.reserved`.
        case evenAndNext
        /// The one that this token names.
        case reserved(UInt64)
    }
}
