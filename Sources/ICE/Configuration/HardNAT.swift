import WireFormat

extension Agent {
    /// How NATs are met that map each destination to another port, against which plain checks find no direct path.
    ///
    /// Once data flows over a relay and plain checks had their chance (`patience`), both agents tell each other what their
    /// NATs do. Where one side keeps its port, it sends up to `probes` checks to ports of the other side's address, which
    /// has up to `sockets` sockets waiting: of 64,512 ports, 1,024 probes meet one of 256 open ones in 98 % of all
    /// campaigns, 2,048 in 99.97 %. Where ports are given out in sequence, the next ones are predicted, on one or both sides.
    ///
    /// Limits, for the sake of the NATs' tables and of everybody else:
    /// - `packetsPerSecond` in all, half a megabit per second;
    /// - 256 sockets and 2,048 probes at most, each of a hundred bytes; one attempt takes 8 seconds at most, one campaign
    ///   three attempts, and all of it ends the moment a direct path is validated;
    /// - one campaign per change of our network, repeated after 10, 20 and 40 seconds, then only if the peer's has
    ///   changed, each time after twice as long;
    /// - packets go to one address only, which the peer must have answered from: it has received a check of ours there
    ///   and sent back what only the holder of the session's credentials could. Whatever an authenticated but malicious
    ///   peer says, its own address gets these packets and no other.
    public struct HardNAT: Hashable, Sendable {
        /// False leaves it at RFC 8445.
        public var isEnabled = true
        /// How long after the first path plain checks alone are tried.
        public var patience = Interval.milliseconds(300)
        /// Probes, and checks from the many sockets, in a second.
        public var packetsPerSecond = 500
        /// Sockets opened against ports that cannot be predicted.
        public var sockets = 256
        /// Probes sent towards them.
        public var probes = 2_048
        /// Sockets opened where ports can be predicted.
        public var predictedSockets = 32
        /// Ports probed from the predicted one upwards.
        public var predictionWindow = 128
        /// Campaigns in one network.
        public var campaigns = 4
        /// From the beginning of one campaign to that of the next, doubling.
        public var backOff = Interval.seconds(10)

        public init() {}
    }
}
