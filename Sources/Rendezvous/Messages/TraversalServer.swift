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

    public init(
        kind: Kind, transport: TransportProtocol = .udp, host: String, port: UInt16, username: String = "",
        password: String = "", lifetimeSeconds: UInt32 = 0
    ) {
        self.kind = kind
        self.transport = transport
        self.host = host
        self.port = port
        self.username = username
        self.password = password
        self.lifetimeSeconds = lifetimeSeconds
    }

    /// Whether the texts fit a message: printable ASCII of at most `SignalingLimits.textBytes`.
    public var isEncodable: Bool {
        [host, username, password].allSatisfy { text in
            text.utf8.count <= SignalingLimits.textBytes && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
        }
    }
}
