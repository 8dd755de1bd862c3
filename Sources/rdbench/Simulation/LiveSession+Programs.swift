import NetworkSimulator
import PeerSession
import SecureChannel
import WireFormat

/// The programs of both machines, at first and when they are started again.
extension LiveSession {
    static func makeHost(
        _ access: Access, _ configuration: SessionConfiguration, random: SeededRandom, at now: Instant
    ) -> HostPeer {
        HostPeer(
            access: access == .code
                ? .codes : .authorizedKeys([identities.viewer.publicKey, otherViewer.publicKey]),
            keys: identities.host, configuration: configuration,
            serverName: access == .hostsAddress ? nil : "simulated", screenWidth: width, screenHeight: height,
            random: random, at: now)
    }

    /// The host's program, from its start.
    static func makeHostParty(
        _ access: Access, _ peer: HostPeer, _ addresses: [IPAddress], portsAfter port: UInt16 = 40_000, at now: Instant
    ) -> HostParty {
        let party = HostParty(peer: peer, addresses: addresses, portsAfter: port)
        if access == .hostsAddress { party.listen(at: now) }
        party.settle(at: now)
        return party
    }

    static func makeViewer(
        of host: HostParty, _ access: Access, _ configuration: SessionConfiguration, at addresses: [IPAddress],
        port: UInt16, random: SeededRandom, at now: Instant
    ) throws -> ViewerPeer {
        let sockets = addresses.map { TransportAddress(ip: $0, port: port) }
        guard access == .hostsAddress, let entrance = host.entrance(for: addresses) else {
            return try ViewerPeer(
                host.credential, keys: identities.viewer, configuration: configuration, sockets: sockets,
                random: random,
                at: now)
        }
        return try ViewerPeer(
            at: entrance, key: identities.host.publicKey, keys: identities.viewer, configuration: configuration,
            sockets: sockets.filter { $0.ip.isIPv4 == entrance.ip.isIPv4 }
                + sockets.filter { $0.ip.isIPv4 != entrance.ip.isIPv4 }, random: random, at: now)
    }

    /// The host's program dies.
    package func killHost() { simulator.network.schedule(.hostRemoval(hostHost), at: simulator.now) }

    /// The host's program is started again: it has its keys, and shows the same screen, and knows nothing of what was.
    ///
    /// - Parameter port: the one before the first of its sockets'.
    package func startHost(portsAfter port: UInt16) {
        let clock = host.clock
        let now = clock.local(simulator.now)
        let peer = Self.makeHost(access, configuration, random: random.fork(), at: now)
        let fresh = Self.makeHostParty(
            access, peer, simulator.network.addresses(of: hostHost), portsAfter: port, at: now)
        fresh.clock = clock
        host = fresh
        hostEventsSeen = 0
        simulator.update(hostHost) { party, _ in party = .host(fresh) }
        simulator.network.schedule(.hostReturn(hostHost), at: simulator.now)
        simulator.run(until: simulator.now + .milliseconds(1))
        show(picture)
    }

    /// The viewer's program is started again, or another time, with the same key.
    package func startViewer(port: UInt16) throws {
        let clock = viewer.clock
        let now = clock.local(simulator.now)
        let addresses = simulator.network.addresses(of: viewerHost)
        let peer = try Self.makeViewer(
            of: host, access, configuration, at: addresses, port: port, random: random.fork(), at: now)
        let fresh = ViewerParty(peer: peer, addresses: addresses, port: port)
        fresh.clock = clock
        viewer = fresh
        viewerEventsSeen = 0
        fresh.settle(at: now)
        simulator.update(viewerHost) { party, _ in party = .viewer(fresh) }
        simulator.network.schedule(.hostReturn(viewerHost), at: simulator.now)
        simulator.run(until: simulator.now + .milliseconds(1))
    }
}
