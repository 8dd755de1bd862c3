/// How a NAT with several external addresses chooses one (RFC 4787 section 4.1).
public enum AddressPooling: UInt8, Hashable, Sendable, CaseIterable {
    /// All mappings of one internal address use the same external address (REQ-2).
    case paired
    /// Each mapping uses any of them.
    case arbitrary
}
