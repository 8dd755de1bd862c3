import PeerSession
import SecureChannel

/// A waiting host for each kind of network that sessions start from.
package struct WaitingHosts {
    private let plain: WaitingHost
    /// One that will ask its gateway for a port.
    private let askingGateway: WaitingHost

    /// - Parameter access: how they let their viewer in.
    package init(
        seed: UInt64, identities: (host: StaticKeyPair, viewer: StaticKeyPair), configuration: SessionConfiguration,
        access: HandshakeKind = .pinned, picture: HostPicture = .small
    ) {
        func host(asksGateway: Bool) -> WaitingHost {
            WaitingHost(
                seed: seed, identities: identities, configuration: configuration, asksGateway: asksGateway,
                access: access, picture: picture)
        }
        plain = host(asksGateway: false)
        askingGateway = host(asksGateway: true)
    }

    func host(asksGateway: Bool) -> WaitingHost { asksGateway ? askingGateway : plain }
}
