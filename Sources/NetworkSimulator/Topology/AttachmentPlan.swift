public import WireFormat

/// How a host is attached to a network: with which addresses, over which link.
public struct AttachmentPlan: Hashable, Sendable {
    public var network: NetworkIdentifier
    public var addresses: [IPAddress]
    public var link: AccessLink

    public init(
        network: NetworkIdentifier = .internet, addresses: [IPAddress], link: AccessLink = .instant
    ) {
        self.network = network
        self.addresses = addresses
        self.link = link
    }
}
