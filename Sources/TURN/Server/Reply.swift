import STUN
import WireFormat

extension Server {
    /// An answer to be written at the next poll.
    struct Reply: Sendable {
        enum Content: Sendable {
            case success
            case binding(mapped: TransportAddress, hasFingerprint: Bool)
            case allocation(AllocationAnswer)
            case refresh(lifetimeSeconds: UInt32, MobilityTicket?)
            case refusal(ErrorCode)
            /// 401 or 438, with realm and nonce.
            case challenge(ErrorCode)
            case unknownAttributes([AttributeType])

            var isError: Bool {
                switch self {
                case .success, .binding, .allocation, .refresh: false
                case .refusal, .challenge, .unknownAttributes: true
                }
            }
        }

        let path: Path
        let method: Method
        let transaction: TransactionIdentifier
        let content: Content
        /// The key of the client if the request was authentic.
        let key: Protection?
        /// The most bytes that the answer may have: those of the request if it was not authentic.
        let sizeLimit: Int
    }

    /// What a client learns of its new allocation.
    struct AllocationAnswer: Sendable {
        let relayed: TransportAddress
        let additional: TransportAddress?
        let additionalRefusal: ErrorCode?
        let mapped: TransportAddress
        let lifetimeSeconds: UInt32
        let reservation: ReservationToken?
        let mobility: MobilityTicket?
    }
}
