import WireFormat

/// One client's connection.
struct ServerConnection: Sendable {
    enum Hosting: Sendable {
        case none
        /// The driver makes a challenge.
        case challenging(HostIdentifier)
        /// The client makes its proof.
        case challenged(HostIdentifier, challenge: [UInt8])
        /// The driver checks it.
        case verifying(HostIdentifier)
        case open(Venue)
    }

    let source: TransportAddress
    /// What the path of its URL names.
    let named: Venue?
    var hosting = Hosting.none
    var hasAsked = false
    /// It was told to go; nothing it says matters any more.
    var isClosing = false
    var isReady = false
    /// It is counted in `leavingCount`.
    var isLeaving = false
    var lastHeard: Instant
    var sessions: [SessionIdentifier] = []
    var meetings: [MeetingIdentifier] = []
    var messages = RateMeter()
    var bytes = RateMeter()
    var queue: MessageQueue
}

/// A venue, open or lately closed.
enum ServerVenue: Sendable {
    case open(OpenVenue)
    /// Nobody else gets the number before `until`.
    case closed(token: [UInt8], Reason, until: Instant)

    /// When it closes, or is forgotten.
    var deadline: Instant? {
        switch self {
        case .open(let open): open.closesAt
        case .closed(_, _, let until): until
        }
    }
}

struct OpenVenue: Sendable {
    var connection: ConnectionIdentifier
    var token: [UInt8]
    var closesAt: Instant?
    var joins = RateMeter()
}

/// An introduction and what came of it.
struct ServerSession: Sendable {
    enum Phase: Sendable {
        /// The driver mints servers.
        case preparing(offer: [UInt8])
        case preparingMeeting(MeetingIdentifier)
        /// The viewer is to say who it is.
        case identifying(offer: [UInt8], challenge: [UInt8])
        /// The driver checks its proof.
        case verifying(offer: [UInt8], HostIdentifier)
        /// The viewer is to make an offer under the permit's terms.
        case agreeing(ServerSession.Provision)
        case offered
        case answered
    }

    /// What the peers are told once they know of each other.
    struct Provision: Sendable {
        let host: [TraversalServer]
        let viewer: [TraversalServer]
        let permit: Permit?
    }

    let host: ConnectionIdentifier
    let viewer: ConnectionIdentifier
    var introduction: Introduction
    let startedAt: Instant
    var phase: Phase
    /// Until when the viewer has to say what it was asked last.
    var viewerDeadline = Instant.zero
    var bytes = 0
    var trickles = RateMeter()

    func peer(of connection: ConnectionIdentifier) -> ConnectionIdentifier { connection == host ? viewer : host }
}

/// What came from one address, or one IPv6 network.
struct ServerSource: Sendable {
    var connections = 0
    var connects = RateMeter()
    var opens = RateMeter()
    var joins = RateMeter()

    /// When nothing of it need be remembered any more.
    var forgetAt: Instant { max(connects.full, max(opens.full, joins.full)) }
}

/// A peer that waits for the other.
struct WaitingPeer: Sendable {
    let connection: ConnectionIdentifier
    let ticket: [UInt8]
    let until: Instant
}
