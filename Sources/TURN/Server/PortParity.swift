/// Which ports a client takes (EVEN-PORT, RFC 8656 section 18.7).
enum PortParity: Sendable {
    case any
    case even
    /// And the next higher port stays reserved for another allocation.
    case evenAndNext
}
