extension TestNetwork: CustomStringConvertible {
    /// Short, for it appears in the message of every expectation that fails.
    var description: String {
        "\(now.nanoseconds / 1_000_000) ms, \(sent) packets; "
            + peers.map { peer in
                "\(peer.selected.map { "\($0.local) -> \($0.remote)" } ?? "nothing selected"), \(peer.dropped) dropped"
            }.joined(separator: " | ")
    }
}
