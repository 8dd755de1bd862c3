import PeerSession

/// One row of the population suite: a strategy, and what the networks and their hosts are taken to offer it.
struct PopulationCase: Sendable {
    enum Offer: Sendable {
        /// UDP over IPv4, and no router that maps ports: what checks, prediction and many sockets do alone.
        case udpOverIPv4
        /// The same, and the routers that were drawn with port mapping: as published figures have it.
        case ipv4
        /// IPv6 for the hosts that were drawn with it, and TCP where UDP does not go direct.
        case everything
    }

    let strategy: Strategy
    let offer: Offer

    var name: String {
        switch offer {
        case .udpOverIPv4: strategy.rawValue + "-udp-ipv4"
        case .ipv4: strategy.rawValue
        case .everything: strategy.rawValue + "-ipv6"
        }
    }

    /// What the peers may do.
    var configuration: SessionConfiguration {
        var configuration = strategy.configuration
        if offer != .everything { configuration.tcpUse.isEnabled = false }
        return configuration
    }

    var mapsPorts: Bool { strategy == .full && offer != .udpOverIPv4 }

    /// What of a plan sessions of this case see.
    func plan(_ drawn: TrialPlan) -> TrialPlan { offer == .everything ? drawn : drawn.overIPv4 }
}
