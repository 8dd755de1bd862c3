/// One row of the population suite: a strategy, and the address families the hosts have.
struct PopulationCase: Sendable {
    let strategy: Strategy
    /// Whether hosts that were drawn with IPv6 use it, and TCP where UDP does not go direct; otherwise all sessions are
    /// over IPv4 and UDP, as in published figures.
    let usesIPv6: Bool

    var name: String { usesIPv6 ? strategy.rawValue + "-ipv6" : strategy.rawValue }
}
