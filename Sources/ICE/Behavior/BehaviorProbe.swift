import STUN
import WireFormat

extension BehaviorDiscovery {
    /// Which of the server's sockets a request goes to.
    enum Destination: Int, Hashable, Sendable, CaseIterable {
        case primary
        case otherPort
        case otherAddress
        case otherBoth
    }

    /// One Binding request, and what came of it.
    struct Probe: Sendable {
        enum Purpose: Hashable, Sendable {
            /// The address that this destination sees.
            case mapping(Destination)
            /// Whether an answer from elsewhere gets in.
            case filtering(ChangeRequest)
            /// Whether the request itself comes back in, at another socket of ours.
            case hairpin
        }

        enum Outcome: Hashable, Sendable {
            /// - Parameter isFirst: nobody knows which of several requests made the mapping (as with Karn's rule).
            case answered(mapped: TransportAddress, isFirst: Bool)
            /// The server does not do what it was asked for.
            case refused
            /// It came to another socket of ours, from there.
            case arrived(from: TransportAddress)
            case silent
        }

        let socket: Int
        let purpose: Purpose
        let destination: TransportAddress
        /// Its place in the order of sending.
        var ordinal: Int?
        var transaction: TransactionIdentifier?
        var outcome: Outcome?
    }
}
