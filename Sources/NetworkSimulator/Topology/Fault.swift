public import WireFormat

/// Something that goes wrong, or right again, at a planned time.
public enum Fault: Hashable, Sendable {
    /// A gateway forgets all its mappings and firewall state; port-mapping clients see its epoch start again.
    case gatewayReboot(GatewayIdentifier)
    /// A gateway's external address is replaced; its mappings are forgotten.
    case gatewayAddressChange(GatewayIdentifier, to: IPAddress)
    /// An attachment of a host loses its addresses and gets others.
    case addressChange(AttachmentIdentifier, to: [IPAddress])
    /// A host dies: it sends and receives nothing more, its pipes close.
    case hostRemoval(HostIdentifier)
    /// A dead host is there again, with its endpoint as it was or as it was replaced meanwhile.
    case hostReturn(HostIdentifier)
    /// A host's TCP and TLS connections break, and the other ends are told, as when its program ends.
    case streamsCut(HostIdentifier)
    case linkDown(AttachmentIdentifier)
    case linkUp(AttachmentIdentifier)
    /// The internet's core brings nothing from one address to another any more; the way back is another matter.
    case routeDown(from: IPAddress, to: IPAddress)
    case routeUp(from: IPAddress, to: IPAddress)
    /// A link's conditions are replaced; packets under way keep their arrival times.
    case linkChange(AttachmentIdentifier, to: AccessLink)
    /// A pipe closes; messages under way are lost.
    case pipeCut(PipeIdentifier)
    case pipeRestoration(PipeIdentifier)
}
