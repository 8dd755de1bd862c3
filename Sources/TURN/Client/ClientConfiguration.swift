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
}
