/// The two ECN bits of the IP header that a packet arrived with (RFC 3168 section 5).
public enum ECNCodepoint: UInt8, Hashable, Sendable {
    case notCapable = 0
    case capable1 = 1
    case capable0 = 2
    case congestionExperienced = 3
}
