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
        guard message.hasIntegrity(.sha1) else { return .challenge(.unauthenticated) }
        guard let username = message.username, let nonce = message.nonce, message.realm != nil else {
            return .refusal(.badRequest)
        }
        // The nonce before anything that costs more: it proves that the sender gets what is sent to its address.
        guard nonces.isValid(nonce, for: path, at: now) else { return .challenge(.staleNonce) }
        guard let credentials = credentials(of: username, in: message, on: path, at: now) else {
            return .challenge(.unauthenticated)
        }
        guard message.isAuthentic(credentials.key) else { return .challenge(.unauthenticated) }
        // All requests of an allocation are its maker's: otherwise 441 (Wrong Credentials) (RFC 8656 section 5).
        if let slot = clients[ClientKey(path: path)],
            allocations[Int(slot)]?.credentials.username != credentials.username
        {
            return .refusal(.wrongCredentials)
        }
        return .authentic(credentials)
    }

    /// The credentials that a request ought to have: its allocation's if it has one, so that an allocation lives on
    /// when the time in its user's name has come.
    private func credentials(
        of username: Span<UInt8>, in message: borrowing Message, on path: Path, at now: Instant
    ) -> Credentials? {
        let slot = clients[ClientKey(path: path)].map(Int.init) ?? slot(ofTicketIn: message)
        if let slot, let own = allocations[slot]?.credentials,
            username.elementsEqual(own.username.span)
        {
            return own
        }
        guard username.count <= Self.usernameLimit, let expiry = expirySeconds(of: username) else { return nil }
        let unixSeconds = configuration.unixSecondsAtZero + now.nanoseconds / 1_000_000_000
        guard expiry > unixSeconds else { return nil }
        let name = username.copied()
        let key = IntegrityKey(username: name, realm: realm, password: secret.password(for: username))
        return Credentials(username: name, key: key)
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
