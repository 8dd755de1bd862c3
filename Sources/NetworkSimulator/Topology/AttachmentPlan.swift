public import WireFormat

/// How a host is attached to a network: with which addresses, over which link.
public struct AttachmentPlan: Hashable, Sendable {
    public var network: NetworkIdentifier
    public var addresses: [IPAddress]
    public var link: AccessLink
    /// For attachments to the internet: the row and column of the delay matrix (`setRegionDelay`).
    public var region: UInt8

    public init(
        network: NetworkIdentifier = .internet, addresses: [IPAddress], link: AccessLink = .instant, region: UInt8 = 0
    ) {
        self.network = network
        self.addresses = addresses
        self.link = link
        self.region = region
    }
}
