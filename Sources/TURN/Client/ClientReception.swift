import STUN
import WireFormat

extension Client {
    /// What a datagram from the server was.
    public enum Reception: Hashable, Sendable {
        /// An answer to one of our requests.
        case consumed
        /// A peer's payload: where it stands in the datagram, and who sent it.
        case payload(Range<Int>, peer: TransportAddress)
    }

    /// Why a datagram was dropped. None of them changes the client's state.
    public enum Failure: Error, Hashable, Sendable {
        case malformed(MessageFailure)
        /// It came from elsewhere than the server, or on another socket.
        case wrongPath
        /// It answers none of our outstanding requests, or is no message that a client gets.
        case unexpected
        /// An answer whose integrity check is missing or wrong.
        case notAuthentic
        /// A payload on a channel that is not bound, or from a peer without permission.
        case unknownPeer
    }
}
