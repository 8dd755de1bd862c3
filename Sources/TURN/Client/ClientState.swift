import WireFormat

extension Client {
    /// Where the client stands.
    enum State: Hashable, Sendable {
        case idle
        case allocating
        case allocated(relayed: TransportAddress, mapped: TransportAddress)
        case deallocating
        case ended
    }

    /// Why a timer runs.
    enum Timer: Hashable, Sendable {
        case refresh
        case renewal
        case keepalive
    }

    /// A peer address that may pass.
    struct Permission: Sendable {
        /// Permissions are by address alone; the port matters to servers that allow their own live relays only.
        var peer: TransportAddress
        /// The server confirmed it at least once.
        var isInstalled: Bool { expiresAt != nil }
        /// The end of what the server has confirmed.
        var expiresAt: Instant?
        /// When to ask again.
        var refreshAt: Instant
    }

    /// A peer with a channel of its own.
    struct Channel: Sendable {
        let peer: TransportAddress
        let number: UInt16
        /// The server confirmed it, so payloads may use it.
        var isBound: Bool { expiresAt != nil }
        /// The end of what the server has confirmed.
        var expiresAt: Instant?
        var refreshAt: Instant
    }
}
