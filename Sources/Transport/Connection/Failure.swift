extension Connection {
    /// Why a packet was refused, or a request could not be taken.
    ///
    /// A refused packet has changed nothing: it was not acknowledged and none of its frames took effect. The session
    /// counts it and goes on; only its own policy says how many an authenticated peer may send.
    public enum Failure: Error, Hashable, Sendable {
        /// A frame ended before its fields did, or the packet has no frame.
        case truncated
        /// The frame type is not one of ours.
        case unknownFrame(UInt64)
        /// The packet number was processed before, or is too old to tell.
        case duplicatePacket
        /// Acknowledgement ranges that overlap, touch, reach below zero or are too many.
        case malformedAcknowledgement
        /// The acknowledgement names a packet that was never sent (RFC 9000 section 13.1).
        case acknowledgedUnsentPacket
        /// An input frame without events, with an oversized event, or with sequence numbers out of range.
        case malformedInput
        /// The stream is not in the fixed set.
        case unknownStream(UInt64)
        /// Data beyond the credit given for the stream or the connection (RFC 9000 section 4.1).
        case flowControlExceeded
        /// More gaps in the stream than are kept track of.
        case tooManyGaps
        /// A close frame with a text longer than `CloseReason.maximumTextBytes` or not in UTF-8.
        case malformedClose
        /// The connection is closing, draining or closed.
        case closed
        /// More input waits for its acknowledgement than the queue holds: the path is stalled.
        case inputQueueFull
        /// The input event is empty or larger than `Connection.maximumInputBytes`.
        case inputSize
    }
}
