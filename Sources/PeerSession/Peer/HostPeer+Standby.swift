import ICE
import Rendezvous
import WireFormat

/// Candidates gathered before a viewer comes: the answer to its offer then holds all of them, and leaves at once. The
/// relayed one costs the server an allocation for each host that waits, so the server says whether to have one.
extension HostPeer {
    /// The server names servers for it: when the host begins to wait, and again after each session.
    ///
    /// Whoever knocks and is not let in makes it say so again. What is prepared is as good then, unless the host is new at the
    /// server, which may be a new one itself and know nothing of it.
    mutating func standBy(_ servers: [TraversalServer], at now: Instant) {
        defer { resolveUnknown(in: servers) }
        if standby != nil, isStandbyCurrent, hasPrepared(for: servers) { return }
        isStandbyCurrent = true
        endStandby(at: now)
        standbyServers = servers
    }

    private func hasPrepared(for servers: [TraversalServer]) -> Bool {
        let places = directory.servers(for: standbyServers).map { ($0.address, $0.transport) }
        return directory.servers(for: servers).allSatisfy { server in
            places.contains { $0 == (server.address, server.transport) }
        }
    }

    /// Addresses of servers have become known.
    mutating func renewStandbyServers(at now: Instant) {
        let servers = directory.servers(for: standbyServers)
        if !servers.isEmpty { standby?.session.setServers(servers, roundTrip: rendezvous?.roundTrip, at: now) }
    }

    mutating func drainStandby(at now: Instant) {
        prepareStandby(at: now)
        guard let number = standby?.sockets.number else { return }
        while let event = standby?.session.pollEvent() {
            switch event {
            case .streamWanted(let server, let transport):
                events.append(.streamWanted(sockets: number, server, transport))
            case .connectionReleased(let path): events.append(.connectionReleased(path))
            default: break
            }
        }
    }

    /// Begins one, if there is none and no viewer either.
    private mutating func prepareStandby(at now: Instant) {
        guard standby == nil, active == nil, negotiations.isEmpty else { return }
        let servers = directory.servers(for: standbyServers)
        if !servers.isEmpty { standby = makeStandby(servers, configuration, at: now) }
    }

    /// - Returns: nil if there are no sockets for it.
    mutating func makeStandby(
        _ servers: [Agent.Server], _ configuration: SessionConfiguration, at now: Instant
    ) -> StandbySession? {
        guard let sockets = socketSets.popLast() else { return nil }
        if socketSets.isEmpty { events.append(.socketsWanted) }
        let session = Session.standby(
            screen: screen, configuration: configuration, sockets: sockets.addresses, servers: servers,
            roundTrip: rendezvous?.roundTrip, random: &random, at: now)
        return StandbySession(sockets: sockets, session: session)
    }

    /// The host waits no longer, or with other servers.
    mutating func endStandby(at now: Instant) {
        standbyServers = []
        guard var ended = standby else { return }
        standby = nil
        ended.session.close(at: now)
        leaving.append((ended.sockets, ended.session, until: now + Self.farewell))
    }
}
