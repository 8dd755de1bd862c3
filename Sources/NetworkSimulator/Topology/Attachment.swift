import WireFormat

/// A host's or a gateway's connection to a network.
struct Attachment {
    var network: Int
    var owner: Attached
    var addresses: [IPAddress]
    var up: LinkState
    var down: LinkState
    var isUp = true
}
