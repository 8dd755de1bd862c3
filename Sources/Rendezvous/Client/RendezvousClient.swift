import WireFormat

/// A peer's side of the signaling protocol, over a transport of ordered messages that the driver opens.
///
/// It connects again by itself (exponential backoff with jitter, so that a server that comes back is not overrun),
/// gets a host's room back, and brings the peers of running sessions together again after the server lost its
/// state. Sending is by a bounded queue that `pollTransmit` empties.
public struct RendezvousClient: Sendable {
    public private(set) var state = State.connecting
    let configuration: Configuration
    var purpose: Purpose
    var random: SeededRandom
    var deadlines = Deadlines<Timer>()
    var queue: MessageQueue
    var events: [Event] = []
    var sessions: [ClientSession] = []
    /// Sessions that the other side left lately, by the driver's name and the server's: their figures may yet be told.
    var left: [(identifier: SessionIdentifier, current: SessionIdentifier)] = []
    /// The room held last, and what gets it back.
    var room: RoomNumber?
    var token: [UInt8] = []
    /// Numbers are drawn with at most so many digits: two, and more where those are taken.
    var roomDigits = Self.firstRoomDigits
    /// Rooms that this connection has asked for, without having heard.
    var unansweredOpenings = 0
    /// The path of the transport's URL.
    var connectedPath = ""
    /// Of several servers none had the venue: the one that is responsible is to say so.
    var insistsOnServer = false
    var heartbeat = Interval.seconds(30)
    var openedAt: Instant?
    var heardAt = Instant.zero
    /// To the server and back, by the last request that it answered at once; nil before the first. A driver that knows
    /// better may say so.
    public var roundTrip: Interval?
    var requestedAt: Instant?
    /// This request's challenge was passed on: there is one at most.
    var isChallenged = false
    /// So were the terms: they are offered once at most, since the viewer begins anew for them.
    var hasTerms = false
    var connectingAt: Instant?
    /// The transport was lost before, or could not be opened.
    var wasLost = false
    var attempts = 0
    var pings: UInt32 = 0
    /// Until when a viewer's join is tried again.
    var joinDeadline: Instant
    /// A session waits for signaling.
    var isNeeded = false
    /// The driver no longer wants to host.
    var hasClosedRoom = false
    /// Set by `finish`: the connection ends when the queue is empty.
    var finishing: Reason?

    /// A client that asks at once for its transport.
    public init(purpose: Purpose, configuration: Configuration = Configuration(), random: SeededRandom, now: Instant) {
        self.purpose = purpose
        self.configuration = configuration
        self.random = random
        queue = MessageQueue(messageLimit: configuration.queueMessages, byteLimit: configuration.queueBytes)
        joinDeadline = now + configuration.joinPatience
        if case .hostRoom(let wanted) = purpose { room = wanted ?? drawRoom() }
        connect(at: now)
    }

    /// The path for the transport's URL: the venue's own, so that a consistent hash of it finds the right server.
    public var urlPath: String {
        switch purpose {
        case .hostRoom: room.map { Venue.room($0).urlPath } ?? "/"
        case .hostIdentity(let host): Venue.host(host).urlPath
        case .join(let venue, _): venue.urlPath + (insistsOnServer ? "?here" : "")
        }
    }

    static let firstRoomDigits = 2
    static let mostRoomDigits = 8
    /// Of a ticket of our own: as much as identifiers have, so that no two are the same.
    static let ticketBytes = 16

    /// A host names its room itself, since the path of its connection names it, and by that path alone a load balancer
    /// finds the server.
    mutating func drawRoom() -> RoomNumber { RoomNumber(digits: roomDigits, random: &random) }

    /// When `advance` must be called next.
    public var nextDeadline: Instant? { deadlines.next }

    /// The next thing to tell the driver; drain it after every call.
    public mutating func pollEvent() -> Event? { events.isEmpty ? nil : events.removeFirst() }

    /// Writes the next message for the transport.
    ///
    /// - Parameter packet: empty, with room for `SignalingLimits.messageBytes`.
    /// - Returns: whether there was one.
    public mutating func pollTransmit(into packet: inout OutputSpan<UInt8>, at now: Instant) -> Bool {
        guard isOpen, let message = queue.popFirst() else { return false }
        packet.append(contentsOf: message.span)
        deadlines[.heartbeat] = now + heartbeat
        if queue.isEmpty, let finishing { end(finishing) }
        return true
    }

    /// The transport's messages can go both ways.
    var isOpen: Bool {
        switch state {
        case .connecting, .backingOff, .finished: false
        default: true
        }
    }

    mutating func change(to state: State) { self.state = state }
}
