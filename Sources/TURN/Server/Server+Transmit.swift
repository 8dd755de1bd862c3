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
        case .allocation(let answer): write(answer, to: &message, in: &packet)
        case .refresh(let lifetimeSeconds, let ticket):
            message.add(.lifetime, lifetimeSeconds, to: &packet)
            if let ticket { message.add(.mobilityTicket, ticket.bytes.span, to: &packet) }
        case .refusal(let code): message.add(code, withReason: isAuthentic, to: &packet)
        case .challenge(let code):
            message.add(code, withReason: false, to: &packet)
            message.add(.realm, realm.span, to: &packet)
            let nonce = nonces.nonce(for: reply.path, at: now)
            message.add(.nonce, nonce.span, to: &packet)
            if !configuration.passwordAlgorithms.isEmpty {
                message.add(.passwordAlgorithms, configuration.passwordAlgorithms, to: &packet)
            }
        case .unknownAttributes(let types):
            message.add(.unknownAttribute, withReason: isAuthentic, to: &packet)
            message.add(unknown: types, to: &packet)
        }
        if let key = reply.key { message.addIntegrity(key.key, key.integrity, to: &packet) }
        return message.finish(&packet)
    }

    private func write(
        _ answer: AllocationAnswer, to message: inout MessageBuilder, in packet: inout OutputSpan<UInt8>
    ) {
        message.add(.xorRelayedAddress, xorAddress: answer.relayed, to: &packet)
        if let additional = answer.additional {
            message.add(.xorRelayedAddress, xorAddress: additional, to: &packet)
        } else if let code = answer.additionalRefusal {
            // Family, reserved bits, and an error code as in ERROR-CODE (RFC 8656 section 18.12).
            let number = UInt32(code.rawValue / 100) << 8 | UInt32(code.rawValue % 100)
            message.add(.addressErrorCode, UInt32(AddressFamily.ipv6.rawValue) << 24 | number, to: &packet)
        }
        message.add(.lifetime, answer.lifetimeSeconds, to: &packet)
        if let token = answer.reservation { message.add(.reservationToken, token.rawValue, to: &packet) }
        message.add(.xorMappedAddress, xorAddress: answer.mapped, to: &packet)
        if let ticket = answer.mobility { message.add(.mobilityTicket, ticket.bytes.span, to: &packet) }
    }
}
