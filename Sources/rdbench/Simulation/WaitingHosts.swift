import PeerSession
import SecureChannel

/// A waiting host for each kind of network that sessions start from.
package struct WaitingHosts {
    let plain: WaitingHost
    /// One that will ask its gateway for a port.
    let askingGateway: WaitingHost

    package init(
        seed: UInt64, identities: (host: StaticKeyPair, viewer: StaticKeyPair), configuration: SessionConfiguration
    ) {
        plain = WaitingHost(seed: seed, identities: identities, configuration: configuration)
        var asking = configuration
        asking.gateway = SessionTrial.gatewayAddress
        askingGateway = WaitingHost(seed: seed, identities: identities, configuration: asking)
    }
}
