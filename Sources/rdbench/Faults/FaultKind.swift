/// What goes wrong in simulated sessions.
package enum FaultKind: String, CaseIterable, Sendable {
    /// Of the lines, packet by packet.
    case loss, duplication, reordering, corruption
    /// An attacker sends datagrams of this session or of another one again, to where they belong or elsewhere.
    case replay
    /// He sends noise, and real datagrams with something changed.
    case forgery
    /// A NAT forgets its mappings.
    case rebinding
    /// A NAT has another address outside.
    case outerAddress = "outer-address"
    /// A machine has other addresses.
    case address
    /// The server forgets all allocations and goes on.
    case relayDeath = "relay-death"
    /// The server dies, and one that knows nothing takes its place.
    case serverDeath = "server-death"
    /// A machine sleeps, and its clock tells how long.
    case sleep
    /// A machine stands still, its clock too.
    case freeze
    /// A clock leaps ahead.
    case clockJump = "clock-jump"
    /// Nothing passes one side's line.
    case outage
    case hostRestart = "host-restart"
    case viewerRestart = "viewer-restart"
}
