import STUN
import WireFormat

/// The credentials between two restarts (RFC 8445 section 9), with their keys made ready once.
struct Generation: Sendable {
    struct Remote: Sendable {
        let credentials: Agent.Credentials
        let key: IntegrityKey
        /// USERNAME of our checks: their fragment, a colon, ours (RFC 8445 section 7.2.2).
        let username: [UInt8]
    }

    let number: UInt32
    let local: Agent.Credentials
    let localKey: IntegrityKey
    /// What USERNAME of their checks begins with: our fragment and a colon.
    let localPrefix: [UInt8]
    private(set) var remote: Remote?
    /// When those came.
    private(set) var toldAt: Instant?

    init(number: UInt32, local: Agent.Credentials) {
        self.number = number
        self.local = local
        localKey = IntegrityKey(shortTermPassword: local.password)
        localPrefix = Array(local.usernameFragment.utf8) + [0x3A]
    }

    mutating func setRemote(_ credentials: Agent.Credentials, at now: Instant) {
        toldAt = now
        remote = Remote(
            credentials: credentials, key: IntegrityKey(shortTermPassword: credentials.password),
            username: Array((credentials.usernameFragment + ":" + local.usernameFragment).utf8))
    }
}
