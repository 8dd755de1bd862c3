/// What both sides must agree on before the first message, bound into the transcript (Noise section 6): if a server
/// or anyone else shows the two sides different values, the first message that can fail does.
public struct Prologue: Sendable, Hashable {
    /// How the first two messages travel. It is bound in, so that a message made for one way is worth nothing on the other.
    public enum Way: Sendable, Hashable {
        /// Through a signaling server.
        case signaling
        /// As datagrams on the path between the peers, with nobody to introduce them.
        case pathAlone
    }

    /// The protocol version that this module speaks.
    public static let currentVersion: UInt16 = 2
    /// The longest session identifier in bytes.
    public static let maximumIdentifierCount = 255

    /// The version that the viewer offered.
    public let initiatorVersion: UInt16
    /// The version that the host registered with.
    public let responderVersion: UInt16
    /// The session's identifier, as the viewer drew it: unique to the session, public.
    public let sessionIdentifier: [UInt8]
    /// How the first two messages travel.
    public let way: Way

    /// - Parameter sessionIdentifier: cut to 255 bytes.
    public init(
        initiatorVersion: UInt16 = currentVersion, responderVersion: UInt16 = currentVersion,
        sessionIdentifier: [UInt8], way: Way = .signaling
    ) {
        self.initiatorVersion = initiatorVersion
        self.responderVersion = responderVersion
        self.way = way
        self.sessionIdentifier = Array(sessionIdentifier.prefix(Self.maximumIdentifierCount))
    }

    /// The bytes that are mixed in: each field behind its name or its length, so that no two prologues are alike.
    package var bytes: [UInt8] {
        Array(label.utf8)
            + [UInt8(initiatorVersion >> 8), UInt8(initiatorVersion & 255)]
            + [UInt8(responderVersion >> 8), UInt8(responderVersion & 255)]
            + [UInt8(sessionIdentifier.count)] + sessionIdentifier
    }

    private var label: String {
        switch way {
        case .signaling: "beeline handshake; viewer initiates, host responds; versions "
        case .pathAlone: "beeline handshake on the path alone; viewer initiates, host responds; versions "
        }
    }
}
