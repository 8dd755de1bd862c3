/// Which path a live session may take; the names are those of strategies.
enum LivePath: String, CaseIterable, Sendable {
    case relayOnly = "relay-only"
    case full

    /// The value of rdpeer's `--relay`.
    var relayOption: String { self == .relayOnly ? "only" : "auto" }
}
