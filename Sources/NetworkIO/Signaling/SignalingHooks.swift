import Rendezvous
import WireFormat

/// What a signaling server asks its program. All are called on the server's event loop and must not wait.
public struct SignalingHooks: Sendable {
    /// Servers for both sides of a session, or why there is to be none.
    public enum Servers: Sendable {
        case provide(host: [TraversalServer], viewer: [TraversalServer], permit: Permit? = nil)
        case refuse(Reason)
        /// Who the viewer is decides: it is sent these bytes, and the question comes again.
        case identify(challenge: [UInt8])
    }

    /// Makes the bytes from which a host proves its identifier.
    public var challenge: @Sendable () -> [UInt8]
    /// Checks the proof.
    public var verify: @Sendable (HostIdentifier, _ challenge: [UInt8], _ proof: [UInt8]) -> Bool
    /// Checks a viewer's proof.
    public var verifyViewer: @Sendable (HostIdentifier, _ challenge: [UInt8], _ proof: [UInt8]) -> Bool
    /// Mints servers with credentials for a session.
    public var servers: @Sendable (SessionIdentifier, Introduction) -> Servers
    /// Mints servers for a host that waits, at the address that it is seen at; none if it is to gather later.
    public var standby: @Sendable (ConnectionIdentifier, Venue, _ source: TransportAddress) -> [TraversalServer]
    /// Hears of everything, for the audit trail and the metrics.
    public var audit: @Sendable (RendezvousServer.Event) -> Void

    /// Hooks that give no servers, accept no host identifier and forget everything: set what you need.
    public init() {
        challenge = { [] }
        verify = { _, _, _ in false }
        verifyViewer = { _, _, _ in false }
        servers = { _, _ in .provide(host: [], viewer: []) }
        standby = { _, _, _ in [] }
        audit = { _ in }
    }
}
