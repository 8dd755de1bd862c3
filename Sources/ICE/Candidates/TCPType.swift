/// How the owner of a TCP candidate comes to a connection (RFC 6544 section 3).
@frozen
public enum TCPType: UInt8, Hashable, Sendable, CaseIterable {
    /// It connects, and takes no connections.
    case active = 1
    /// It takes connections.
    case passive
    /// It does both at once, from one port.
    case simultaneousOpen
}

extension TCPType: CustomStringConvertible {
    /// The names of RFC 6544 section 4.5, as other programs print them.
    public var description: String {
        switch self {
        case .active: "active"
        case .passive: "passive"
        case .simultaneousOpen: "so"
        }
    }
}
