/// How a NAT chooses the external port of a new mapping (RFC 4787 section 4.2). Ports in use are never given twice.
public enum PortAssignment: Hashable, Sendable {
    /// The internal port if it is free; otherwise the next free one above it.
    case preserving
    /// The last port given plus `step`, upwards from a random start.
    case sequential(step: UInt16)
    /// Any free port, uniformly.
    case random
}
