/// One row of the population suite: a strategy, and the address families the hosts have.
struct PopulationCase: Sendable {
    let strategy: Strategy
    /// Whether hosts that were drawn with IPv6 use it; otherwise all sessions are over IPv4, as in published figures.
    let usesIPv6: Bool

    var name: String { usesIPv6 ? strategy.rawValue + "-ipv6" : strategy.rawValue }
}
