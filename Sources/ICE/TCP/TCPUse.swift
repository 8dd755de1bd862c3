import WireFormat

extension Agent {
    /// Whether and how the agent looks for a direct path over TCP (RFC 6544).
    ///
    /// A TCP port of ours connects and takes connections at once: it is offered as a simultaneous-open candidate, and
    /// serves a peer's passive and active ones as well. Every connection of it leaves from that one port, so that all of
    /// them have the NAT's mapping that the server saw.
    ///
    /// **Deviation.** RFC 6544 checks TCP pairs in the order of their priorities like all others. Here nothing of TCP
    /// happens until UDP has brought no direct path for `delay`: a session that goes direct over UDP, as nearly all do,
    /// opens no port, and no NAT gets mappings that nobody uses.
    public struct TCPUse: Hashable, Sendable {
        public var isEnabled = false
        /// How long only relayed paths, or none, may have been found before TCP is tried.
        public var delay = Interval.seconds(1)
        /// How often a connection is tried; a NAT that refuses the first with a reset lets the second pass, because the
        /// peer has tried in between. Again from the start when the agent searches anew.
        public var attempts = 6
        public var attemptInterval = Interval.milliseconds(400)
        /// Connections being made at a time.
        public var connecting = 16

        public init() {}
    }

    /// What a connection is for, which decides how its bytes are cut into packets.
    @frozen
    public enum ConnectionTarget: Hashable, Sendable {
        /// The other peer: packets are framed as RFC 4571 has it.
        case peer
        /// A server that tells our address: STUN messages, which have their length in themselves.
        case server
    }
}
