import STUN
import WireFormat

/// What one check says.
struct OutgoingCheck {
    let transaction: TransactionIdentifier
    let remote: Generation.Remote
    let priority: UInt32
    let role: Agent.Role
    let tieBreaker: UInt64
    /// The counter of a nomination or an objection.
    let nomination: UInt32?
    let data: [UInt8]?
    /// Counts those that say that nothing works.
    let revival: UInt32?

    static var maximumSize: Int { 1_280 }

    /// Writes it (RFC 8445 section 7.2.2), with our own attributes.
    ///
    /// - Returns: false if it has no room.
    func write(into packet: inout OutputSpan<UInt8>) -> Bool {
        var message = MessageBuilder(.request, .binding, transaction: transaction, into: &packet)
        message.add(.username, remote.username.span, to: &packet)
        message.add(.priority, priority, to: &packet)
        message.add(role == .controlling ? .iceControlling : .iceControlled, tieBreaker, to: &packet)
        if let nomination {
            if role == .controlling { message.add(.useCandidate, to: &packet) }
            message.add(.beelineNomination, nomination, to: &packet)
        }
        if let data { message.add(.beelineData, data.span, to: &packet) }
        if let revival { message.add(.beelineRevival, revival, to: &packet) }
        message.addIntegrity(remote.key, to: &packet)
        message.addFingerprint(to: &packet)
        return message.finish(&packet)
    }
}
