import WireFormat

/// One line of a NAT's table.
struct Mapping {
    var transport: TransportProtocol
    var inside: TransportAddress
    var outside: TransportAddress
    /// The remote address for which it was made.
    var remote: TransportAddress
    /// Tells this use of the table's line from earlier ones.
    var serial: UInt64
    var expiry: Int64
    /// Made by a port-mapping request: open to everybody until it expires.
    var isRequested: Bool
}
