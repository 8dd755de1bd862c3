import NIOCore
import Rendezvous
import WireFormat

extension SignalingServer {
    /// Where a server listens, and what it lets in.
    public struct Configuration: Sendable {
        /// The address to listen on.
        public var host = "127.0.0.1"
        /// 0 takes any.
        public var port: UInt16 = 0
        /// PEM files; with them the server speaks TLS only.
        public var certificateFile: String?
        public var privateKeyFile: String?
        /// Takes connections that begin as STUN does, so that a relay is to be had on the same port: the first byte
        /// behind TLS tells them from HTTP. Without it they are refused.
        public var relay: RelaySink?
        /// TCP connections, whether or not they speak WebSocket yet.
        public var connections = 110_000
        /// The same from one source: an IPv4 address, or an IPv6 /64.
        public var connectionsPerSource = 1_100
        /// TLS, HTTP and the WebSocket upgrade must be done by then.
        public var handshakeTimeout = Interval.seconds(10)
        /// What may wait to be read by one client before it is disconnected.
        public var unreadBytes = 512 * 1_024
        /// Connections that the kernel keeps until they are accepted: all hosts come at once when a server is back.
        public var backlog: Int32 = 4_096
        /// The proxies before this server: of their connections the source is what they say (`X-Forwarded-For`), and a viewer
        /// who asks for a venue that is not here is answered 404, so that a proxy which knows of other servers asks
        /// those. Nil: there is none, and nobody is believed.
        public var isTrustedProxy: (@Sendable (IPAddress) -> Bool)?
        /// The machine's own limits.
        public var rendezvous = RendezvousServer.Configuration()

        public init() {}
    }
}
