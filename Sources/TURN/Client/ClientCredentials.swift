import STUN

/// What the server's challenge turned the user's name and password into (RFC 8489 section 9.2).
struct ClientCredentials: Sendable {
    /// Realm and nonce are repeated in each request; longer ones could crowd out the request itself.
    /// RFC 8489 sections 14.9 and 14.10 allow 763 bytes each.
    static let sizeLimit = 400

    var realm: [UInt8]
    var nonce: [UInt8]
    var key: IntegrityKey

    /// - Returns: nil if the challenge lacks realm or nonce, or they are too long.
    init?(challenge: borrowing Message, username: String, password: String) {
        guard let realm = challenge.realm, let nonce = challenge.nonce,
            realm.count <= Self.sizeLimit, nonce.count <= Self.sizeLimit
        else { return nil }
        self.realm = realm.copied()
        self.nonce = nonce.copied()
        key = IntegrityKey(
            username: [UInt8](username.utf8), realm: self.realm, password: [UInt8](password.utf8))
    }
}
