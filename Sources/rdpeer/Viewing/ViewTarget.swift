import NetworkIO
import PeerSession
import Rendezvous
import SecureChannel
import WireFormat

/// Whom a viewer goes to, and how.
enum ViewTarget {
    /// A server introduces it.
    case introduced(HostCredential, SignalingURL)
    /// It goes to the host's own address.
    case path(PathHost, TransportAddress, PublicKey)

    var isByCode: Bool {
        if case .introduced(.code, _) = self { true } else { false }
    }

    var server: SignalingURL? {
        if case .introduced(_, let server) = self { server } else { nil }
    }

    /// Whether the other end may be on this machine.
    var isLocal: Bool {
        switch self {
        case .introduced(_, let server): server.isLocal
        case .path(_, let address, _): address.ip.isLoopback
        }
    }

    /// With no server between, an answer takes a round trip or three: what has not come in so long will not.
    private static let pathPatience = Interval.seconds(10)

    /// Has a session wait no longer than makes sense.
    func hasten(_ session: inout SessionConfiguration) {
        if case .path = self { session.handshakeTimeout = Self.pathPatience }
    }
}
