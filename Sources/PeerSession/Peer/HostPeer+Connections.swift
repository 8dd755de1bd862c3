import WireFormat

/// Direct connections with viewers over TCP.
extension HostPeer {
    /// A TCP port that `listenersWanted` asked for is open.
    public mutating func listenerOpened(_ local: TransportAddress, sockets: Int, at now: Instant) {
        changeSession(with: sockets) { hosted in
            if !hosted.sockets.addresses.contains(local) { hosted.sockets.addresses.append(local) }
            hosted.session.addListener(local, at: now)
        }
        process(at: now)
    }

    /// A connection that `connectionWanted` asked for is open, or was there already.
    public mutating func connectionOpened(_ path: Path, at now: Instant) {
        changeSession(at: path.local) { $0.session.connectionOpened(path, at: now) }
        process(at: now)
    }

    /// A connection of such a port is closed, or could not be opened.
    public mutating func connectionClosed(_ path: Path, at now: Instant) {
        changeSession(at: path.local) { $0.session.connectionClosed(path, at: now) }
        process(at: now)
    }

    /// Whether a connection that such a port took is of use.
    public func usesConnection(_ path: Path) -> Bool {
        ([active].compactMap { $0 } + negotiations).contains { $0.session.usesConnection(path) }
    }

    private mutating func changeSession(at local: TransportAddress, _ change: (inout HostedSession) -> Void) {
        let owner = ([active].compactMap { $0 } + negotiations).first { $0.sockets.addresses.contains(local) }
        if let owner { changeSession(with: owner.sockets.number, change) }
    }
}
