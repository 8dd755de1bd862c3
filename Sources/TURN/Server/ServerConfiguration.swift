import STUN
import WireFormat

extension Server {
    /// What an operator decides.
    public struct Configuration: Sendable {
        /// The realm of the credentials; short, since it counts against what a challenge may weigh.
        public var realm: String
        /// The secret that time-limited passwords are made with: coturn's `static-auth-secret`.
        public var secret: [UInt8]
        /// Seconds since 1970 at `Instant.zero`: what the time in a user name is compared with.
        public var unixSecondsAtZero: Int64
        /// The relay's addresses: at most one a family.
        public var relays: [RelayAddress]
        /// The ports for relayed addresses, of which no listening socket may use any:
        /// 49152 to 65535 (RFC 8656 section 7.2).
        public var relayPorts: ClosedRange<UInt16>
        /// How a relay's port comes to be open.
        public var relayOpening: RelayOpening
        public var policy: PeerAddressPolicy
        public var limits: Limits
        /// Whether a request that is not authenticated may get an answer longer than itself, over UDP.
        public var shortRequests: ShortRequests
        /// How long a nonce is good for; RFC 8656 section 5 wants a new one every hour at least.
        public var nonceLifetime: Interval
        /// What challenges offer, the first preferred (RFC 8489 section 9.2.4). Clients that know no list use MD5 and
        /// SHA-1 whatever it holds.
        public var passwordAlgorithms: [PasswordAlgorithm] = [.sha256, .md5]
        /// Whom it shares its address with; nil for nobody.
        public var team: Team?

        public init(
            realm: String = "beeline", secret: [UInt8], unixSecondsAtZero: Int64, relays: [RelayAddress],
            relayPorts: ClosedRange<UInt16> = 49_152...65_535, relayOpening: RelayOpening = .asked,
            policy: PeerAddressPolicy = PeerAddressPolicy(), limits: Limits = Limits(),
            shortRequests: ShortRequests = .dropped, nonceLifetime: Interval = .seconds(1_200)
        ) {
            self.realm = realm
            self.secret = secret
            self.unixSecondsAtZero = unixSecondsAtZero
            self.relays = relays
            self.relayPorts = relayPorts
            self.relayOpening = relayOpening
            self.policy = policy
            self.limits = limits
            self.shortRequests = shortRequests
            self.nonceLifetime = nonceLifetime
        }
    }

    /// An address that relayed addresses are made of.
    public struct RelayAddress: Hashable, Sendable {
        /// What the driver binds sockets to, and reports as their `Path.local`.
        public var bound: IPAddress
        /// What clients and peers see: another one behind a one-to-one NAT.
        public var advertised: IPAddress

        public init(bound: IPAddress, advertised: IPAddress? = nil) {
            self.bound = bound
            self.advertised = advertised ?? bound
        }
    }

    /// How a relay's port comes to be open.
    public enum RelayOpening: Hashable, Sendable {
        /// The driver binds a socket at `Event.openRelay` and answers with `relayOpened` or `relayFailed`.
        case asked
        /// Any port is open, as in a simulator: no `openRelay` and `closeRelay` events.
        case implicit
    }

    /// What happens to a short, unauthenticated request over UDP, whose answer would be longer.
    ///
    /// RFC 8489 answers a Binding request of 20 bytes with 32 or more, and RFC 8656 an Allocate of 28 with a
    /// challenge of 60 or more: that makes a server on a well-known port an amplifier for forged sources. This
    /// server by default answers only what was long enough; this project's clients pad their requests.
    public enum ShortRequests: Hashable, Sendable {
        /// Dropped and counted. Programs that do not pad, such as browsers, get no answer over UDP.
        case dropped
        /// Answered as the RFCs say: for programs other than ours, at the price of amplification by up to three.
        case answered
    }

    /// What a client, or all of them, may hold.
    public struct Limits: Hashable, Sendable {
        public var allocations: Int
        public var allocationsPerUser: Int
        /// Of one IPv4 address or IPv6 /64 network, whatever its users' names.
        public var allocationsPerSource: Int
        public var permissionsPerAllocation: Int
        public var channelsPerAllocation: Int
        /// The longest lifetime to grant; RFC 8656 section 7.2 recommends one hour.
        public var lifetimeSeconds: UInt32
        /// What one source may send without being authenticated: Binding requests, and requests that get a challenge or
        /// fail. A session needs three. What is more is dropped: no answer, no state.
        public var unauthenticatedRequests: RateLimit
        /// Authentic requests of one allocation, beyond which they are dropped: a client sends a few a minute for each
        /// of its peers.
        public var requestsPerAllocation: RateLimit

        public init(
            allocations: Int = 10_000, allocationsPerUser: Int = 8, allocationsPerSource: Int = 256,
            permissionsPerAllocation: Int = 64, channelsPerAllocation: Int = 64, lifetimeSeconds: UInt32 = 3_600,
            unauthenticatedRequests: RateLimit = RateLimit(perSecond: 200, burst: 1_000),
            requestsPerAllocation: RateLimit = RateLimit(perSecond: 50, burst: 300)
        ) {
            self.unauthenticatedRequests = unauthenticatedRequests
            self.requestsPerAllocation = requestsPerAllocation
            self.allocations = allocations
            self.allocationsPerUser = allocationsPerUser
            self.allocationsPerSource = allocationsPerSource
            self.permissionsPerAllocation = permissionsPerAllocation
            self.channelsPerAllocation = channelsPerAllocation
            self.lifetimeSeconds = lifetimeSeconds
        }
    }
}
