import WireFormat

/// Two tunnels that are the ends of one link: towards the internet, and towards the peer.
struct Cable: Sendable {
    let outer: Tunnel
    let inner: Tunnel
    /// In each direction.
    var delay = Interval.zero
    /// What TCP packets from `laggingSource` to the peer are delayed by in addition.
    var lag = Interval.zero
    var laggingSource: TransportAddress?
    /// A narrow and lossy one; nil for one that is neither.
    var shape: LinkShape?
    /// Of what is lost.
    var seed: UInt64 = 0
    /// Applied between the ends.
    var translator: PacketTranslator?

    /// How long a packet on its way to the peer takes.
    func inwardDelay(of packet: [UInt8]) -> Interval {
        guard let laggingSource, lag > .zero, case .v4(let bits) = laggingSource.ip, packet.count >= 24,
            packet[0] == 0x45, packet[9] == 6,
            PacketTranslator.word(packet, 12) == UInt16(bits >> 16),
            PacketTranslator.word(packet, 14) == UInt16(bits & 0xFFFF),
            PacketTranslator.word(packet, 20) == laggingSource.port
        else { return delay }
        return delay + lag
    }
}
