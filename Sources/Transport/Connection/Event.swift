import WireFormat

extension Connection {
    /// What the application should know; drained with `pollEvent` after every call that takes bytes or time.
    public enum Event: Hashable, Sendable {
        /// An input event of the peer: each exactly once, in the order it was sent.
        case inputReceived([UInt8])
        /// The stream has bytes to read.
        case streamReadable(StreamIdentifier)
        /// A measurement of the path's round trip, without the peer's acknowledgement delay.
        case rttSample(Interval)
        /// The connection has ended; nothing more is sent but the answer to stray packets.
        case closed(CloseReason, by: Closer)
    }

    /// Who ended the connection.
    public enum Closer: Hashable, Sendable {
        case local
        case peer
    }
}
