import STUN
import WireFormat

extension Server {
    /// The next answer; nil if there is none. Forwarded payloads do not come through here: see `receive`.
    public mutating func pollTransmit(into packet: inout OutputSpan<UInt8>, at now: Instant) -> Path? {
        while let reply = replies.popFirst() {
            let start = packet.count
            guard write(reply, into: &packet, at: now) else { continue }
            if packet.count - start <= reply.sizeLimit { return reply.path }
            packet.removeLast(packet.count - start)
            statistics.withheldAnswers &+= 1
        }
        return nil
    }

    private func write(_ reply: Reply, into packet: inout OutputSpan<UInt8>, at now: Instant) -> Bool {
        let messageClass: MessageClass = reply.content.isError ? .errorResponse : .successResponse
        var message = MessageBuilder(messageClass, reply.method, transaction: reply.transaction, into: &packet)
        let isAuthentic = reply.key != nil
        switch reply.content {
        case .success: break
        case .binding(let mapped, let hasFingerprint):
            message.add(.xorMappedAddress, xorAddress: mapped, to: &packet)
            if hasFingerprint { message.addFingerprint(to: &packet) }
        case .allocation(let relayed, let mapped, let lifetimeSeconds):
            message.add(.xorRelayedAddress, xorAddress: relayed, to: &packet)
            message.add(.lifetime, lifetimeSeconds, to: &packet)
            message.add(.xorMappedAddress, xorAddress: mapped, to: &packet)
        case .refresh(let lifetimeSeconds): message.add(.lifetime, lifetimeSeconds, to: &packet)
        case .refusal(let code): message.add(code, withReason: isAuthentic, to: &packet)
        case .challenge(let code):
            message.add(code, withReason: false, to: &packet)
            message.add(.realm, realm.span, to: &packet)
            let nonce = nonces.nonce(for: reply.path, at: now)
            message.add(.nonce, nonce.span, to: &packet)
        case .unknownAttributes(let types):
            message.add(.unknownAttribute, withReason: isAuthentic, to: &packet)
            message.add(unknown: types, to: &packet)
        }
        if let key = reply.key { message.addIntegrity(key, to: &packet) }
        return message.finish(&packet)
    }
}
