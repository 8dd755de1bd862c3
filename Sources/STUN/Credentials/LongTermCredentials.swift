import WireFormat

/// A client's answer to a challenge: what its requests carry until the next one (RFC 8489 section 9.2).
///
///     let credentials = try LongTermCredentials(challenge: message, username: name, password: password)
///     credentials.add(to: &builder, in: &packet)     // the last thing before FINGERPRINT
///     switch credentials.trust(in: response) { ... }
public struct LongTermCredentials: Sendable {
    /// Why a challenge is not answered.
    public enum Refusal: Error, Hashable, Sendable {
        /// REALM or NONCE is missing.
        case incomplete
        /// Realm, nonce or the list of algorithms have more bytes than the caller wants to repeat in each request.
        case tooLong
        /// The nonce announces PASSWORD-ALGORITHMS, and there are none: "the client MUST NOT retry the request"
        /// (RFC 8489 section 9.2.5), for somebody took the list out to get at a weaker algorithm.
        case biddenDown
        /// The list names no algorithm that we know.
        case noKnownAlgorithm
    }

    /// What a response to a request with these credentials is worth (RFC 8489 section 9.2.5).
    public enum Trust: Hashable, Sendable {
        /// Whoever sent it knows the password.
        case authentic
        /// 401 or 438, which no key protects: make new credentials of it, which tells whether to try again.
        case challenge
        /// An error without an integrity check, other than 400, which "MUST be discarded" then. Over UDP the RFC
        /// discards all of them; a server that does not know the user can send no other.
        case unprotectedError
        /// As if it had not come.
        case discarded
    }

    public let username: [UInt8]
    public let realm: [UInt8]
    public let nonce: [UInt8]
    public let algorithm: PasswordAlgorithm
    /// What the nonce says of the server; nil if it has no cookie.
    public let features: SecurityFeatures?
    public let key: IntegrityKey
    /// The server's PASSWORD-ALGORITHMS, repeated as it came; nil for a server that lists none.
    private let offer: [UInt8]?
    private let userHash: [32 of UInt8]?

    /// Answers a challenge: error 401 or 438.
    ///
    /// - Parameters:
    ///   - username: prepared by RFC 8265, like the password; both are taken as they are.
    ///   - sizeLimit: the most bytes of realm and of nonce. RFC 8489 sections 14.9 and 14.10 allow 763 each, which
    ///     would crowd out the request.
    public init(
        challenge: borrowing Message, username: [UInt8], password: [UInt8], sizeLimit: Int = 400
    ) throws(Refusal) {
        guard let realm = challenge.realm, let nonce = challenge.nonce else { throw .incomplete }
        guard realm.count <= sizeLimit, nonce.count <= sizeLimit else { throw .tooLong }
        var offer: [UInt8]?
        if let list = challenge.value(.passwordAlgorithms) {
            guard list.count <= Self.offerLimit else { throw .tooLong }
            offer = list.copied()
        }
        try self.init(
            challenge: Challenge(realm: realm.copied(), nonce: nonce.copied(), offer: offer), username: username,
            password: password, sizeLimit: sizeLimit)
    }

    /// Answers a challenge, whichever way it came.
    public init(
        challenge: Challenge, username: [UInt8], password: [UInt8], sizeLimit: Int = 400
    ) throws(Refusal) {
        guard challenge.realm.count <= sizeLimit, challenge.nonce.count <= sizeLimit else { throw .tooLong }
        let features = SecurityFeatures(nonce: challenge.nonce.span)
        if let offer = challenge.offer {
            guard offer.count <= Self.offerLimit else { throw .tooLong }
            // "the first algorithm supported on the list" (RFC 8489 section 9.2.5)
            guard let first = PasswordAlgorithm.list(offer.span)?.first else { throw .noKnownAlgorithm }
            algorithm = first
        } else {
            guard features?.contains(.passwordAlgorithms) != true else { throw .biddenDown }
            algorithm = .md5
        }
        offer = challenge.offer
        self.username = username
        realm = challenge.realm
        nonce = challenge.nonce
        self.features = features
        let isAnonymous = features?.contains(.usernameAnonymity) == true
        userHash = isAnonymous ? UserHash.of(username: username.span, realm: challenge.realm.span) : nil
        key = IntegrityKey(username: username, realm: realm, password: password, algorithm: algorithm)
    }

    /// Room for sixteen algorithms without parameters.
    static let offerLimit = 64

    /// What protects requests: "all the subsequent requests MUST be authenticated using MESSAGE-INTEGRITY-SHA256 only"
    /// once there was a list of algorithms (RFC 8489 section 9.2.5).
    public var integrity: IntegrityAlgorithm { offer == nil ? .sha1 : .sha256 }

    /// Adds user, realm, nonce, algorithm and the integrity check over all that the message holds.
    public func add(to message: inout MessageBuilder, in packet: inout OutputSpan<UInt8>) {
        if let userHash {
            message.add(.userHash, userHash.span, to: &packet)
        } else {
            message.add(.username, username.span, to: &packet)
        }
        message.add(.realm, realm.span, to: &packet)
        message.add(.nonce, nonce.span, to: &packet)
        if let offer {
            message.add(.passwordAlgorithms, offer.span, to: &packet)
            message.add(.passwordAlgorithm, [algorithm], to: &packet)
        }
        message.addIntegrity(key, integrity, to: &packet)
    }

    /// What a response is worth.
    public func trust(in response: borrowing Message) -> Trust {
        guard response.fingerprint != .invalid else { return .discarded }
        let code = response.messageClass == .errorResponse ? response.errorCode : nil
        if code == .unauthenticated || code == .staleNonce { return .challenge }
        // "If the NONCE attribute starts with the nonce cookie with the bit set and PASSWORD-ALGORITHMS is not present,
        // the client MUST ignore the response" (RFC 8489 section 9.2.5).
        if let nonce = response.nonce, SecurityFeatures(nonce: nonce)?.contains(.passwordAlgorithms) == true,
            !response.contains(.passwordAlgorithms)
        {
            return .discarded
        }
        if response.hasIntegrity(integrity) { return response.isAuthentic(key, integrity) ? .authentic : .discarded }
        guard let code, code != .badRequest else { return .discarded }
        return response.hasIntegrity(integrity == .sha1 ? .sha256 : .sha1) ? .discarded : .unprotectedError
    }
}
