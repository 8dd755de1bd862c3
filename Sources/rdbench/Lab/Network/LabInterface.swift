import WireFormat

/// An interface in a namespace.
struct LabInterface {
    let namespace: String
    let name: String
    let address: IPAddress
    /// It is a port of the bridge with this name and address, and has none of its own.
    var bridge: String?

    private static let prefixLength = 24

    /// The address with the length of its network's prefix.
    var network: String { "\(address)/\(Self.prefixLength)" }

    /// An address in the same network, so many after this one.
    func neighbour(_ distance: UInt32) -> IPAddress {
        if case .v4(let bits) = address { .v4(bits + distance) } else { address }
    }
}
