import WireFormat

/// A STUN or TURN server that a peer may use for one session, with credentials that expire.
public struct TraversalServer: Hashable, Sendable {
    public enum Kind: UInt8, Hashable, Sendable {
        case stun = 1
        case turn = 2
    }

    public var kind: Kind
    public var transport: TransportProtocol
    /// A name or an address in text; empty means the machine that the signaling connection goes to.
    public var host: String
    public var port: UInt16
    /// `timestamp:user` for TURN; empty for STUN.
    public var username: String
    public var password: String
    /// Seconds for which the credentials hold.
    public var lifetimeSeconds: UInt32
    /// What a TURN server's challenge would say, so that nobody need ask for it first; nil if that is not known.
    public var challenge: Challenge?

    /// Realm, nonce and password algorithms of a TURN server (RFC 8489 section 9.2).
    public struct Challenge: Hashable, Sendable {
        public var realm: String
        public var nonce: String
        /// In the server's order, by their registered numbers.
        public var algorithms: [UInt16]

        public init(realm: String, nonce: String, algorithms: [UInt16]) {
            self.realm = realm
            self.nonce = nonce
            self.algorithms = algorithms
        }
    }

    public init(
        kind: Kind, transport: TransportProtocol = .udp, host: String, port: UInt16, username: String = "",
        password: String = "", lifetimeSeconds: UInt32 = 0, challenge: Challenge? = nil
    ) {
        self.kind = kind
        self.transport = transport
        self.host = host
        self.port = port
        self.username = username
        self.password = password
        self.lifetimeSeconds = lifetimeSeconds
        self.challenge = challenge
    }

    /// Whether the texts fit a message: printable ASCII of at most `SignalingLimits.textBytes`.
    public var isEncodable: Bool {
        [host, username, password].allSatisfy { Self.isText($0, limit: SignalingLimits.textBytes) }
            && (challenge?.isEncodable ?? true)
    }

    fileprivate static func isText(_ text: String, limit: Int) -> Bool {
        text.utf8.count <= limit && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }
}

extension TraversalServer.Challenge {
    /// As of the server that it is for.
    var isEncodable: Bool {
        algorithms.count <= SignalingLimits.passwordAlgorithms
            && [realm, nonce].allSatisfy { TraversalServer.isText($0, limit: SignalingLimits.challengeBytes) }
    }
}
