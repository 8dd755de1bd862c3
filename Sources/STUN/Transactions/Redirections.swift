import WireFormat

/// Where a server sends a client (error 300): ALTERNATE-SERVER and ALTERNATE-DOMAIN (RFC 8489 section 10).
public struct Redirection: Hashable, Sendable {
    public let server: TransportAddress
    /// The name that the alternate server's certificate has to bear, over TLS; nil keeps the present name.
    public let domain: String?
}

/// The servers that a client was sent to, so that two of them cannot pass it to and fro.
public struct Redirections: Sendable {
    /// Why the transaction fails instead.
    public enum Refusal: Error, Hashable, Sendable {
        /// No ALTERNATE-SERVER, or one that is none.
        case noServer
        /// "The ALTERNATE-SERVER's address family MUST be the same as that of the source" (RFC 8489 section 14.15).
        case otherFamily
        /// "If the client has been redirected to a server to which it has already sent this request within the last
        /// five minutes, it MUST ignore the redirection" (RFC 8489 section 10).
        case loop
        case tooMany
    }

    /// The memory of section 10.
    static let memory = Interval.seconds(300)
    /// More than this in five minutes is a chain that leads nowhere.
    static let limit = 5

    private var seen: [(server: TransportAddress, at: Instant)] = []

    public init() {}

    /// Whether to go where an error 300 sends us, and remembers it.
    ///
    /// - Parameter server: the one that answered. A response that has to be authentic is known to be by now.
    public mutating func follow(
        _ response: borrowing Message, from server: TransportAddress, at now: Instant
    ) throws(Refusal) -> Redirection {
        guard let alternate = response.alternateServer, alternate.port != 0, !alternate.ip.isUnspecified else {
            throw .noServer
        }
        guard alternate.ip.isIPv4 == server.ip.isIPv4 else { throw .otherFamily }
        seen.removeAll { $0.at + Self.memory <= now }
        if !seen.contains(where: { $0.server == server }) { seen.append((server, now)) }
        guard !seen.contains(where: { $0.server == alternate }) else { throw .loop }
        guard seen.count <= Self.limit else { throw .tooMany }
        seen.append((alternate, now))
        return Redirection(server: alternate, domain: response.alternateDomain)
    }
}
