/// A drawn side in a network: where its host attaches, and its gateways, for faults.
public struct BuiltSide: Sendable {
    /// The plan for `Simulator.addHost`: the IPv4 address first, then the IPv6 address if the side has one.
    public var attachment: AttachmentPlan
    /// The outermost gateway first.
    public var gateways: [GatewayIdentifier]
}
