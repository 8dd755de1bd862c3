/// The two ECN bits of a datagram's IP header (RFC 3168 section 5): what it was sent with, or what it arrived with.
@frozen
public enum ECNCodepoint: UInt8, Hashable, Sendable {
    /// Not-ECT: a full queue drops it.
    case notCapable = 0
    /// ECT(1), which RFC 8311 leaves to experiments.
    case capable1 = 1
    /// ECT(0): a full queue may mark it instead.
    case capable0 = 2
    /// CE: a queue on the way was too long.
    case congestionExperienced = 3
}
