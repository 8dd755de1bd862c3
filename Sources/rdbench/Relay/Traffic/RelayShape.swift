/// What is sent through a relay.
package struct RelayShape: Hashable, Sendable {
    package let allocations: Int
    package let payloadBytes: Int
    /// Packets to one peer before it is another's turn.
    package let burst: Int

    package var name: String {
        "\(allocations) allocation\(allocations == 1 ? "" : "s"), \(payloadBytes) bytes, "
            + (burst == 1 ? "one by one" : "bursts of \(burst)")
    }
}
