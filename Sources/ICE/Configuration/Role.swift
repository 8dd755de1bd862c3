extension Agent {
    /// Who nominates (RFC 8445 section 6.1.1). The viewer starts as controlling: it asked for the session.
    @frozen
    public enum Role: UInt8, Hashable, Sendable {
        case controlling
        case controlled

        @inlinable
        public var opposite: Role { self == .controlling ? .controlled : .controlling }
    }
}
