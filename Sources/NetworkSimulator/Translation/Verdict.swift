package import WireFormat

/// What a gateway decides about a packet.
package enum Verdict {
    /// It passes, with this address in place of the one translated.
    case passes(TransportAddress)
    case dropped(DropReason)
}
