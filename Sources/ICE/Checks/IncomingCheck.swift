import STUN
import WireFormat

/// What an authenticated check says.
struct IncomingCheck: Sendable {
    /// The role that the sender claims, with its tie-breaker.
    let claim: (role: Agent.Role, tieBreaker: UInt64)?
    let priority: UInt32
    let isNomination: Bool
    let counter: UInt32?
    let revival: UInt32?

    init(_ message: borrowing Message) {
        if let value = message.iceControlling {
            claim = (.controlling, value)
        } else if let value = message.iceControlled {
            claim = (.controlled, value)
        } else {
            claim = nil
        }
        priority = message.priority ?? 1
        isNomination = message.useCandidate
        counter = message.first(.beelineNomination)?.uint32
        revival = message.first(.beelineRevival)?.uint32
    }

    /// What RFC 8489 and RFC 8445 make a receiver of checks understand.
    static func isKnown(_ type: AttributeType) -> Bool {
        type == .username || type == .priority || type == .useCandidate
    }
}
