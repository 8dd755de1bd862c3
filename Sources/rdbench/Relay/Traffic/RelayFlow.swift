import WireFormat

/// A client and one of its peers, with a channel between them.
struct RelayFlow {
    /// Of the client.
    let number: Int
    /// The client's address, without the port that all share.
    let client: UInt32
    let peer: UInt32
    let channel: UInt16
    let relayed: TransportAddress
    let server: (ip: UInt32, port: UInt16)

    /// Where its peer sends to.
    var relayedAddress: (ip: UInt32, port: UInt16) { (relayed.ip.bits, relayed.port) }
}

extension IPAddress {
    /// The bits of an IPv4 address; there are no others on the bench.
    var bits: UInt32 {
        if case .v4(let bits) = self { bits } else { 0 }
    }
}
