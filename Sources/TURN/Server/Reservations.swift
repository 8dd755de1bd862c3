import WireFormat

/// Names a reserved port (RFC 8656 section 18.9): 58 random bits, and above them which server of a team has it.
struct ReservationToken: Hashable, Sendable {
    let rawValue: UInt64
    var server: Int { Int(rawValue >> 58) }

    init(rawValue: UInt64) { self.rawValue = rawValue }

    init(of server: Int, random: inout SeededRandom) {
        rawValue = random.next() >> 6 | UInt64(server) << 58
    }
}

/// Relayed addresses that wait for the allocation they were reserved for. Their sockets are open meanwhile: nobody else on
/// the machine gets their ports.
struct Reservations: Sendable {
    /// "The server MUST ... at least 30 seconds" are what a client may count on (RFC 8656 section 7.2).
    static let lifetime = Interval.seconds(30)
    /// At most so many wait at once, of a user no more than allocations: theirs may have ended in the meantime.
    static let limit = 128

    struct Entry: Sendable {
        let token: ReservationToken
        let end: Server.RelayEnd
        let user: [UInt8]
        /// With which allocation it was reserved.
        let identifier: Server.AllocationIdentifier
        let expiresAt: Instant

        var port: UInt16 { end.bound.port }
    }

    /// In the order in which they expire.
    private var entries: [Entry] = []

    var nextDeadline: Instant? { entries.first?.expiresAt }

    var isFull: Bool { entries.count >= Self.limit }

    mutating func insert(
        _ token: ReservationToken, _ end: Server.RelayEnd, of allocation: Server.Allocation, at now: Instant
    ) {
        entries.append(
            Entry(
                token: token, end: end, user: allocation.credentials.user, identifier: allocation.identifier,
                expiresAt: now + Self.lifetime))
    }

    func count(of user: [UInt8]) -> Int { entries.count { $0.user == user } }

    subscript(token: ReservationToken) -> Entry? { entries.first { $0.token == token } }

    /// Hands it out once, to the user who had it reserved.
    mutating func take(_ token: ReservationToken, user: [UInt8]) -> Entry? {
        guard let index = entries.firstIndex(where: { $0.token == token && $0.user == user }) else { return nil }
        return entries.remove(at: index)
    }

    /// One whose time is over.
    mutating func popDue(at now: Instant) -> Entry? {
        guard let first = entries.first, first.expiresAt <= now else { return nil }
        return entries.removeFirst()
    }
}
