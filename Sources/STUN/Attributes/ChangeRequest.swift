/// From which of its addresses and ports a server is asked to answer (RFC 5780 section 7.2).
@frozen
public struct ChangeRequest: OptionSet, Hashable, Sendable {
    public let rawValue: UInt32

    @inlinable
    public init(rawValue: UInt32) { self.rawValue = rawValue & 6 }

    /// From another IP address than the request went to.
    @inlinable
    public static var address: ChangeRequest { ChangeRequest(rawValue: 4) }
    /// From another port.
    @inlinable
    public static var port: ChangeRequest { ChangeRequest(rawValue: 2) }
}
