import WireFormat

extension Agent {
    /// A STUN or TURN server to gather candidates from.
    public struct Server: Hashable, Sendable {
        public enum Service: Hashable, Sendable {
            case stun
            /// Long-term credentials (RFC 8489 section 9.2), which may be limited in time.
            case turn(username: String, password: String)
        }

        public var address: TransportAddress
        /// What carries the messages to the server; a socket serves only servers of its own transport.
        public var transport: TransportProtocol
        public var service: Service

        public init(address: TransportAddress, transport: TransportProtocol = .udp, service: Service) {
            self.address = address
            self.transport = transport
            self.service = service
        }
    }
}
