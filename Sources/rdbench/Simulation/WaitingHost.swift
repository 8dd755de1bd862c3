import NetworkSimulator
import PeerSession
import Rendezvous
import SecureChannel
import WireFormat

/// A host that has registered at the server and waits there: made once, the start of many sessions.
///
/// A host waits for days and is visited many times; that each simulated session had its host prove its identity again
/// cost more than anything else before the viewer's offer. What is forked are the machines' values, as they stand.
package struct WaitingHost {
    let peer: HostPeer
    let server: ServerParty
    /// What its viewer needs to have.
    let credential: HostCredential

    /// Runs a host's registration in virtual time, up to `SessionTrial.hostArrival`.
    package init(
        seed: UInt64, identities: (host: StaticKeyPair, viewer: StaticKeyPair), configuration: SessionConfiguration,
        asksGateway: Bool, access: HandshakeKind = .pinned, picture: HostPicture = .small
    ) {
        var configuration = configuration
        if asksGateway { configuration.gateway = SessionTrial.gatewayAddress }
        var random = SeededRandom(seed: seed)
        var simulator = Simulator<Party>(seed: random.next())
        server = ServerParty(address: SessionTrial.serverAddress, seed: random.next())
        let host = HostParty(
            peer: HostPeer(
                access: access == .code ? .codes : .authorizedKeys([identities.viewer.publicKey]),
                keys: identities.host, configuration: configuration, serverName: "simulated",
                screenWidth: picture.width, screenHeight: picture.height, random: random.fork(), at: .zero),
            addresses: [])
        host.show(picture)
        host.settle(at: .zero)
        let ends = (simulator.addHost(.host(host), []), simulator.addHost(.server(server), []))
        SessionTrial.connect(
            ends.0, from: SessionTrial.publicAddress(1), to: ends.1, delay: .milliseconds(1), in: &simulator)
        simulator.run(until: SessionTrial.hostArrival)
        peer = host.peer
        let codes = host.events.compactMap { if case .code(let code) = $0.event { code } else { nil } }
        credential = codes.last.map { .code($0) } ?? .publicKey(identities.host.publicKey)
    }

    /// A copy of the host in a session's network.
    ///
    /// - Parameter roundTrip: what it would have measured to the server from there.
    func party(seed: UInt64, addresses: [IPAddress], roundTrip: Interval) -> HostParty {
        var peer = peer
        peer.reseed(SeededRandom(seed: seed), serverRoundTrip: roundTrip)
        let party = HostParty(peer: peer, addresses: addresses)
        party.provideSockets()
        return party
    }
}
