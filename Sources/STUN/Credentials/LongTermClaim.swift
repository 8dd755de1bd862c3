import WireFormat

/// Who sent a request, as it says itself: what a server checks in the order of RFC 8489 section 9.2.4.
///
///     switch message.longTermClaim(offered: algorithms) {
///     case .absent:                    // 401 with realm, nonce and the algorithms offered
///     case .malformed:                 // 400
///     case .claim(let claim):          // nonce, then user, then key:
///         message.isAuthentic(key, claim.integrity)
///     }
public enum LongTermClaim: Hashable, Sendable {
    /// No integrity check: 401.
    case absent
    /// User, realm or nonce is missing, or the algorithms are not those that were offered: 400.
    case malformed
    case claim(Claim)

    /// A complete claim, not checked yet. The user stands in USERNAME or USERHASH of the message.
    public struct Claim: Hashable, Sendable {
        /// What the key is made with.
        public let algorithm: PasswordAlgorithm
        /// What the request is protected with, and its answer has to be.
        public let integrity: IntegrityAlgorithm
        /// Whether the user is named by USERHASH rather than by USERNAME.
        public let isAnonymous: Bool
    }
}

extension Message {
    /// Who the sender of a request claims to be.
    ///
    /// - Parameter offered: the server's PASSWORD-ALGORITHMS; empty for one that sends none.
    public func longTermClaim(offered: [PasswordAlgorithm]) -> LongTermClaim {
        guard hasIntegrity(.sha1) || hasIntegrity(.sha256) else { return .absent }
        let isAnonymous = userHash != nil
        guard isAnonymous || username != nil, realm != nil, let nonce else { return .malformed }
        let isBound = SecurityFeatures(nonce: nonce)?.contains(.passwordAlgorithms) == true
        let hasList = contains(.passwordAlgorithms)
        let hasChoice = contains(.passwordAlgorithm)
        // "If the request contains neither PASSWORD-ALGORITHMS nor PASSWORD-ALGORITHM, then the request is processed as
        // though PASSWORD-ALGORITHM were MD5", and answered with MESSAGE-INTEGRITY.
        guard isBound, hasList || hasChoice else {
            guard hasIntegrity(.sha1) else { return .malformed }
            return .claim(LongTermClaim.Claim(algorithm: .md5, integrity: .sha1, isAnonymous: isAnonymous))
        }
        // "Otherwise, unless (1) both are present, (2) PASSWORD-ALGORITHMS matches the value sent in the response that
        // sent this NONCE, and (3) PASSWORD-ALGORITHM matches one of its entries, 400".
        guard let list = passwordAlgorithms, list == offered, let algorithm = passwordAlgorithm,
            offered.contains(algorithm), hasIntegrity(.sha256)
        else { return .malformed }
        return .claim(LongTermClaim.Claim(algorithm: algorithm, integrity: .sha256, isAnonymous: isAnonymous))
    }
}
