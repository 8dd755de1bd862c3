import STUN
import WireFormat

extension Server {
    /// What a request's credentials are worth, in the order of RFC 8489 section 9.2.4.
    enum Authentication {
        case authentic(Credentials)
        case challenge(ErrorCode)
        case refusal(ErrorCode)
    }

    func authenticate(_ message: borrowing Message, on path: Path, at now: Instant) -> Authentication {
        let claim: LongTermClaim.Claim
        switch message.longTermClaim(offered: configuration.passwordAlgorithms) {
        case .absent: return .challenge(.unauthenticated)
        case .malformed: return .refusal(.badRequest)
        case .claim(let found): claim = found
        }
        // The nonce before anything that costs more: it proves that the sender gets what is sent to its address.
        guard let nonce = message.nonce, nonces.isValid(nonce, for: path, at: now) else {
            return .challenge(.staleNonce)
        }
        // Names with a time in them are not to be found by their hash.
        guard let username = message.username,
            let credentials = credentials(of: username, claim, in: message, on: path, at: now),
            message.isAuthentic(credentials.key.key, claim.integrity)
        else { return .challenge(.unauthenticated) }
        // All requests of an allocation are its maker's: otherwise 441 (Wrong Credentials) (RFC 8656 section 5).
        if let slot = slot(ofClient: path),
            allocations[slot]?.credentials.username != credentials.username
        {
            return .refusal(.wrongCredentials)
        }
        return .authentic(credentials)
    }

    /// The credentials that a request ought to have: its allocation's if it has one, so that an allocation lives on
    /// when the time in its user's name has come.
    private func credentials(
        of username: Span<UInt8>, _ claim: LongTermClaim.Claim, in message: borrowing Message, on path: Path,
        at now: Instant
    ) -> Credentials? {
        let slot = slot(ofClient: path) ?? slot(ofTicketIn: message)
        if let slot, let own = allocations[slot]?.credentials, username.elementsEqual(own.username.span) {
            return own.algorithm == claim.algorithm && own.key.integrity == claim.integrity
                ? own : makeCredentials(own.username, claim)
        }
        guard username.count <= Self.usernameLimit, let expiry = expirySeconds(of: username) else { return nil }
        let unixSeconds = configuration.unixSecondsAtZero + now.nanoseconds / 1_000_000_000
        return expiry > unixSeconds ? makeCredentials(username.copied(), claim) : nil
    }

    private func makeCredentials(_ username: [UInt8], _ claim: LongTermClaim.Claim) -> Credentials {
        let key = IntegrityKey(
            username: username, realm: realm, password: secret.password(for: username.span),
            algorithm: claim.algorithm)
        return Credentials(
            username: username, algorithm: claim.algorithm,
            key: Protection(key: key, integrity: claim.integrity))
    }

    /// The time in front of a user name, `timestamp:user` or `timestamp` alone.
    private func expirySeconds(of username: Span<UInt8>) -> Int64? {
        var seconds: Int64 = 0
        var digits = 0
        for index in username.indices {
            let byte = username[index]
            if byte == 0x3A { break }
            guard (0x30...0x39).contains(byte), digits < 12 else { return nil }
            seconds = seconds * 10 + Int64(byte - 0x30)
            digits += 1
        }
        return digits > 0 ? seconds : nil
    }
}
