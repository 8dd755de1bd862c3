import STUN
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
        /// What a TURN server's challenge would say, where that is known: the first Allocate is authenticated then.
        public var challenge: Challenge?

        public init(
            address: TransportAddress, transport: TransportProtocol = .udp, service: Service,
            challenge: Challenge? = nil
        ) {
            self.address = address
            self.transport = transport
            self.service = service
            self.challenge = challenge
        }
    }
}
