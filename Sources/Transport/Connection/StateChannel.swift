import WireFormat

/// What fills and consumes state datagrams: a host's screen on one side, a viewer's picture on the other.
///
/// State is not history: the transport never resends a state datagram. It says what became of each packet, and
/// the channel decides what is worth sending next. For every packet number for which `fill` returned true, exactly
/// one of `acknowledged` and `lost` is called, once; a packet that arrives after it was called lost stays lost.
public protocol StateChannel {
    /// Whether `fill` would have something to write now. Asked often: it must be cheap.
    var hasContent: Bool { get }

    /// Appends the content of one state datagram: at most `content.freeCapacity` bytes, in a span that starts empty.
    ///
    /// - Returns: false if nothing was written (the content wanted is larger than the room, say); a later packet may
    ///   have more room.
    mutating func fill(_ content: inout OutputSpan<UInt8>, packetNumber: UInt64, at now: Instant) -> Bool

    /// Content that the peer's channel wrote. Packets arrive in any order, each number at most once.
    mutating func received(_ content: Span<UInt8>, packetNumber: UInt64, at now: Instant)

    /// The peer has processed the packet.
    mutating func acknowledged(packetNumber: UInt64)

    /// The packet is taken for lost: what it carried is to be sent anew, if it is still current.
    mutating func lost(packetNumber: UInt64)
}
