extension Agent {
    /// A user name fragment and password of one agent and generation (RFC 8445 section 5.3).
    ///
    /// Both peers derive both agents' credentials from the handshake, so they need not travel. RFC 8445 asks for at
    /// least 24 bits of randomness in the fragment and 128 in the password.
    public struct Credentials: Hashable, Sendable {
        /// 4 to 256 bytes of UTF-8.
        public var usernameFragment: String
        /// 22 to 256 bytes of UTF-8.
        public var password: String

        public init(usernameFragment: String, password: String) {
            self.usernameFragment = usernameFragment
            self.password = password
        }
    }
}
