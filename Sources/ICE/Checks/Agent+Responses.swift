import STUN
import WireFormat

/// Answers to our checks (RFC 8445 section 7.2.5).
extension Agent {
    /// - Returns: false if the message answers no check of ours.
    mutating func receiveCheckResponse(
        _ message: borrowing Message, from origin: Origin, at now: Instant
    ) throws(Failure) -> Bool {
        guard message.method == .binding, let (slot, sent) = transactions.find(message.transaction) else {
            return false
        }
        guard let index = index(of: sent.pair), let remote = generation(pairs[index].generation)?.remote else {
            throw .unexpected
        }
        // RFC 8445 section 7.2.5.2.1 fails the pair on an answer from elsewhere; whoever could send such an answer
        // could end pairs, so it is ignored, and the pair fails if no other comes.
        guard pairs[index].base == origin.base, pairs[index].remote.address == origin.remote else { throw .unexpected }
        guard message.isAuthentic(remote.key) else { throw .unauthenticated }
        transactions.remove(slot: slot)
        if message.messageClass == .successResponse {
            receiveSuccess(message.first(.xorMappedAddress)?.xorAddress, sent, index, at: now)
        } else {
            receiveError(message.first(.errorCode)?.errorCode, sent, at: now)
        }
        return true
    }

    /// RFC 8445 section 7.2.5.2.4: a check that is refused has failed, and RFC 7675 section 5.2: 403 (Forbidden) takes
    /// consent back at once.
    private mutating func receiveError(_ code: ErrorCode?, _ sent: CheckTransaction, at now: Instant) {
        guard code != .roleConflict else { return receiveRoleConflict(sent, at: now) }
        guard let index = index(of: sent.pair) else { return }
        switch pairs[index].state {
        case .valid where code == .forbidden:
            pairs[index].isRevoked = true
            lose(index, at: now)
            evaluate(at: now)
        case .inProgress:
            pairs[index].isRevoked = code == .forbidden
            fail(index, at: now)
        case .valid, .frozen, .waiting, .failed: break
        }
    }

    /// RFC 8445 section 7.2.5.1. The role is not changed again if it has been since the check left.
    private mutating func receiveRoleConflict(_ sent: CheckTransaction, at now: Instant) {
        if sent.role == role { changeRole(to: role.opposite, at: now) }
        guard let index = index(of: sent.pair) else { return }
        if pairs[index].isValid { probe(index, at: now) } else { trigger(index, at: now) }
    }

    private mutating func receiveSuccess(
        _ mapped: TransportAddress?, _ sent: CheckTransaction, _ index: Int, at now: Instant
    ) {
        let identifier = pairs[index].identifier
        if let mapped {
            pairs[index].mapped = mapped
            noteMapping(mapped, of: pairs[index])
        }
        if pairs[index].remote.kind != .relayed { noteProof(of: pairs[index].remote.address.ip, at: now) }
        if pairs[index].isOverTCP, pairs[index].measuresSince == nil { pairs[index].measuresSince = now }
        if pairs[index].measuresSince.map({ $0 <= sent.sentAt }) ?? true {
            pairs[index].roundTripTime.add(now - sent.sentAt)
        }
        heard(index)
        if sent.dataVersion == dataVersion, checkData != nil { isDataDelivered = true }
        if nomination?.pair == identifier, sent.nomination == nomination?.counter, sent.role == .controlling,
            role == .controlling
        {
            nomination?.isConfirmed = true
        }
        if pairs[index].isValid {
            renewConsent(index, sent, at: now)
        } else {
            validate(index, at: now)
            // What starts then may have removed pairs.
            if let index = self.index(of: identifier), pairs[index].isOverTCP { probe(index, at: now) }
        }
        evaluate(at: now)
    }

    /// The pair's first answer.
    private mutating func validate(_ index: Int, at now: Instant) {
        pairs[index].state = .valid(
            Validity(consentExpires: now + liveness.consentExpiry, next: now + consentDelay()))
        pairs[index].isTriggered = false
        pairs[index].isRevivable = false
        lower(&pairsDeadline, to: pairs[index].deadline)
        emit(.pairValidated(pairs[index].identifier))
        failAt = nil
        hasFailed = false
        for other in pairs.indices where pairs[other].hasFoundation(of: pairs[index]) {
            if case .frozen = pairs[other].state { pairs[other].state = .waiting }
        }
        bindChannel(index, at: now)
        wakePacer(at: now)
    }
}
