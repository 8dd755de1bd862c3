import Logging
import STUN
import TURN
import WireFormat

/// What an operator chose, ready to be used.
struct ServerOptions: Sendable {
    var listen: IPAddress
    var signalingPort: UInt16
    var relayPort: UInt16
    var turnTCPPort: UInt16?
    /// Nil without a certificate.
    var turnTLSPort: UInt16?
    var alternateAddress: BindingServer.Address?
    var alternatePort: AlternatePort
    var publicAddress: IPAddress?
    var relayPorts: ClosedRange<UInt16>
    var relayThreads: Int
    var allowedPeers: [AddressRange]
    var secret: SecretChoice
    var tlsCertificate: String?
    var tlsKey: String?
    var audit: AuditSettings?
    var name: String?
    var isRelaying: Bool
    /// Who may say where a client is.
    var trustedProxies: [AddressRange]
    /// Relays beside our own, or instead of it.
    var relayServers: [RelayServer]
    /// For clients that do not pad their requests (`TURN.Server.ShortRequests`).
    var answersShortRequests: Bool
    /// Where the operator's page is; nil for nowhere.
    var admin: TransportAddress?
    /// The file that says who may meet whom; nil lets everybody meet everybody.
    var policy: String?
    var drainSeconds: Int
    var logging: LogSettings
    var isJSON: Bool
}
