import WireFormat

/// One direction through the internet's core.
struct Route: Hashable {
    let source: IPAddress
    let destination: IPAddress
}
