import WireFormat

/// What a server wants its requests to repeat (RFC 8489 section 9.2): as its answer 401 or 438 says, or as the client was
/// told before it asked, which saves that round trip.
public struct Challenge: Hashable, Sendable {
    public let realm: [UInt8]
    public let nonce: [UInt8]
    /// The value of PASSWORD-ALGORITHMS; nil for a server that lists none.
    let offer: [UInt8]?

    /// - Parameter algorithms: the numbers of the password algorithms that the server lists, in its order.
    public init(realm: [UInt8], nonce: [UInt8], algorithms: [UInt16]) {
        // Each with no parameters (RFC 8489 section 14.11).
        let offer = algorithms.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF), 0, 0] }
        self.init(realm: realm, nonce: nonce, offer: algorithms.isEmpty ? nil : offer)
    }

    init(realm: [UInt8], nonce: [UInt8], offer: [UInt8]?) {
        self.realm = realm
        self.nonce = nonce
        self.offer = offer
    }
}
