import STUN
import WireFormat

/// Checks that arrive (RFC 8445 section 7.3).
extension Agent {
    mutating func receiveRequest(_ message: borrowing Message, from origin: Origin, at now: Instant) throws(Failure) {
        guard policy != .relayOnly || origin.base.isRelay else { throw .policy }
        // RFC 8445 section 7.1 has every check carry a FINGERPRINT.
        guard message.method == .binding, message.fingerprint == .valid else { throw .unexpected }
        let number = try authenticate(message)
        guard answered.note(message.transaction) else { throw .limit }
        let unknown = message.unknownRequiredAttributes(isKnown: IncomingCheck.isKnown)
        guard unknown.isEmpty else {
            try respond(.unknownAttributes(unknown), to: message.transaction, number, origin)
            return
        }
        let check = IncomingCheck(message)
        guard resolveRoles(check.claim, at: now) else {
            try respond(.roleConflict, to: message.transaction, number, origin)
            return
        }
        guard !responses.isFull else { throw .limit }
        // An answer is consent: where no pair can be, none is given.
        guard let index = pairForCheck(number, check, from: origin, at: now) else { throw .limit }
        try respond(.success, to: message.transaction, number, origin)
        if let data = message.value(.beelineData) { noteCheckData(data) }
        heard(index)
        let identifier = pairs[index].identifier
        noteCheck(over: index)
        if isRevivalNeeded(index) { probe(index, at: now) } else { trigger(index, at: now) }
        noteNomination(check, over: identifier, at: now)
        if let number = check.revival { noteRevival(number, over: identifier, at: now) }
    }

    /// The generation whose password the check was made with (RFC 8445 section 7.3, RFC 8489 section 9.1.3).
    func authenticate(_ message: borrowing Message) throws(Failure) -> UInt32 {
        guard let name = message.value(.username) else { throw .unauthenticated }
        if Self.hasPrefix(name, current.localPrefix) {
            guard message.isAuthentic(current.localKey) else { throw .unauthenticated }
            return current.number
        }
        guard let previous, Self.hasPrefix(name, previous.localPrefix), message.isAuthentic(previous.localKey) else {
            throw .unauthenticated
        }
        return previous.number
    }

    private static func hasPrefix(_ bytes: Span<UInt8>, _ prefix: [UInt8]) -> Bool {
        guard bytes.count >= prefix.count else { return false }
        for index in prefix.indices where bytes[index] != prefix[index] { return false }
        return true
    }

    /// RFC 8445 section 7.3.1.1; false if the other agent is the one to change.
    private mutating func resolveRoles(_ claim: (role: Role, tieBreaker: UInt64)?, at now: Instant) -> Bool {
        guard let claim, claim.role == role else { return true }
        // "If the agent's tiebreaker value is larger than or equal to the contents of the ICE-CONTROLLING attribute":
        // the controlling one stays; of two controlled ones the larger becomes controlling.
        let isOursLarger = tieBreaker >= claim.tieBreaker
        if isOursLarger == (role == .controlling) { return false }
        changeRole(to: role.opposite, at: now)
        return true
    }

    mutating func changeRole(to role: Role, at now: Instant) {
        self.role = role
        nomination = nil
        followed = nil
        objection = nil
        for index in pairs.indices {
            pairs[index].priority = priority(pairs[index].local, pairs[index].remote)
            pairs[index].isNominated = false
        }
        emit(.roleChanged(role))
        evaluate(at: now)
    }

    private mutating func respond(
        _ content: Response.Content, to transaction: TransactionIdentifier, _ number: UInt32, _ origin: Origin
    ) throws(Failure) {
        let response = Response(
            content: content, transaction: transaction, generation: number, base: origin.base, path: origin.path,
            remote: origin.remote)
        guard responses.append(response) else { throw .limit }
    }

    /// The pair that a check came over; learned from it if it is new (RFC 8445 section 7.3.1.3).
    private mutating func pairForCheck(
        _ number: UInt32, _ check: IncomingCheck, from origin: Origin, at now: Instant
    ) -> Int? {
        if let known = index(base: origin.base, remote: origin.remote, generation: number) {
            pairs[known].isPermitted = true
            noteConnection(of: known)
            return known
        }
        guard number == current.number, let candidate = learnRemote(priority: check.priority, from: origin, at: now),
            let index = formPair(of: origin.base, and: candidate, isConnected: true, at: now)
        else { return nil }
        pairs[index].isPermitted = true
        guard candidate.transport == .udp else { return index }
        let identifier = pairs[index].identifier
        // RFC 8445 section 7.3.1.4 pairs it with this base only. What a peer's NAT shows to our relay it mostly shows
        // to our sockets too: that is a direct path found without signaling.
        formPairs(with: candidate, at: now)
        return self.index(of: identifier)
    }

    /// - Parameter priority: what the sender's check says of where it comes from.
    mutating func learnRemote(priority: UInt32, from origin: Origin, at now: Instant) -> Candidate? {
        // A relay reached over TCP relays datagrams all the same.
        let transport = origin.base.isRelay ? .udp : origin.path.transport
        if let known = remoteCandidates.first(where: {
            $0.candidate.address == origin.remote && $0.candidate.transport == transport
        }) {
            return known.candidate
        }
        guard origin.remote.isUnicast else { return nil }
        guard makeRoom(forLearned: true, at: now) else { return nil }
        let isRelayed = CandidatePriority.isFromRelay(priority)
        let candidate = Candidate(
            kind: isRelayed ? .relayed : .peerReflexive, transport: transport, address: origin.remote,
            priority: priority, foundation: Candidate.arbitraryFoundation(of: origin.remote),
            tcpType: transport == .tcp ? .active : nil)
        remoteCandidates.append(RemoteCandidate(candidate: candidate, isLearned: true))
        return candidate
    }

    /// Learned candidates have as many places as signaled ones. Whoever can replay a check from many addresses may
    /// fill the former, and a peer that moves often the latter, so the oldest that has come to nothing makes room for the
    /// latest, but not for ever more of them (`Limits.replacements`).
    mutating func makeRoom(forLearned isLearned: Bool, at now: Instant) -> Bool {
        guard remoteCandidates.count(where: { $0.isLearned == isLearned }) >= limits.remoteCandidates else {
            return true
        }
        let oldest = remoteCandidates.firstIndex { remote in
            remote.isLearned == isLearned
                && !pairs.contains { $0.isValid && $0.remote.isSamePlace(as: remote.candidate) }
        }
        guard let oldest, takeReplacement(isLearned, at: now) else { return false }
        let forgotten = remoteCandidates.remove(at: oldest).candidate
        removePairs(at: now) { $0.remote.isSamePlace(as: forgotten) }
        return true
    }

    private mutating func takeReplacement(_ isLearned: Bool, at now: Instant) -> Bool {
        isLearned ? learnedReplacements.take(at: now) : signaledReplacements.take(at: now)
    }

    private mutating func noteCheckData(_ data: Span<UInt8>) {
        guard data.count <= Self.maximumCheckData else { return }
        if let lastDataSeen, lastDataSeen.span.elementsEqual(data) { return }
        let copy = data.copied()
        lastDataSeen = copy
        emit(.checkData(copy))
    }

    /// Writes an answer (RFC 8445 section 7.3.1.2, RFC 8489 section 6.3.1.1).
    mutating func write(_ response: Response, into packet: inout OutputSpan<UInt8>, at now: Instant) -> Path? {
        guard let key = generation(response.generation)?.localKey, answerLimiter.take(at: now) else { return nil }
        switch response.base {
        case .socket:
            return Self.write(response, key, into: &packet) ? response.path : nil
        case .relay(let relay):
            let message = [UInt8](capacity: 256) { output in _ = Self.write(response, key, into: &output) }
            return relayed(message.span, through: relay, to: response.remote, into: &packet, at: now)
        }
    }

    private static func write(
        _ response: Response, _ key: IntegrityKey, into packet: inout OutputSpan<UInt8>
    ) -> Bool {
        let messageClass: MessageClass =
            if case .success = response.content { .successResponse } else { .errorResponse }
        var message = MessageBuilder(messageClass, .binding, transaction: response.transaction, into: &packet)
        switch response.content {
        case .success: message.add(.xorMappedAddress, xorAddress: response.remote, to: &packet)
        case .roleConflict: message.add(.roleConflict, to: &packet)
        case .unknownAttributes(let types):
            message.add(.unknownAttribute, to: &packet)
            message.add(unknown: types, to: &packet)
        }
        message.addIntegrity(key, to: &packet)
        message.addFingerprint(to: &packet)
        return message.finish(&packet)
    }
}
