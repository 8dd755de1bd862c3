import WireFormat

/// A packet on its way.
struct DelayedPacket {
    let due: Instant
    let bytes: [UInt8]
    let target: Tunnel
}

/// Packets in the order in which they are due.
struct PacketQueue {
    private var packets: [DelayedPacket] = []
    private var head = 0

    init(_ first: DelayedPacket) { packets = [first] }

    var first: DelayedPacket? { head < packets.count ? packets[head] : nil }

    mutating func append(_ packet: DelayedPacket) { packets.append(packet) }

    mutating func removeFirst() {
        head += 1
        // Half of it is past: in the mean each packet is moved once.
        guard head * 2 > packets.count else { return }
        packets.removeFirst(head)
        head = 0
    }
}
