/// What is sent through a relay.
package struct RelayShape: Hashable, Sendable {
    package let allocations: Int
    package let payloadBytes: Int
    /// Packets to one peer before it is another's turn.
    package let burst: Int
    /// Whether a burst is one message to the kernel at both ends (UDP_SEGMENT, UDP_GRO), as it is between peers of ours.
    package let isJoined: Bool

    package init(allocations: Int, payloadBytes: Int, burst: Int, isJoined: Bool = false) {
        self.allocations = allocations
        self.payloadBytes = payloadBytes
        self.burst = burst
        self.isJoined = isJoined
    }

    package var name: String {
        "\(allocations) allocation\(allocations == 1 ? "" : "s"), \(payloadBytes) bytes, "
            + (burst == 1 ? "one by one" : "bursts of \(burst)") + (isJoined ? ", joined" : "")
    }
}
