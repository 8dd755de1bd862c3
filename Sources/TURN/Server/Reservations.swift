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

/// Ports that wait for the allocation they were reserved for.
struct Reservations: Sendable {
    /// "The server MUST ... at least 30 seconds" are what a client may count on (RFC 8656 section 7.2).
    static let lifetime = Interval.seconds(30)
    /// At most so many wait at once; each cost its user an allocation.
    static let limit = 1_024

    struct Entry: Sendable {
        let token: ReservationToken
        let port: UInt16
        let user: [UInt8]
        let expiresAt: Instant
    }

    /// In the order in which they expire.
    private var entries: [Entry] = []

    var nextDeadline: Instant? { entries.first?.expiresAt }

    var isFull: Bool { entries.count >= Self.limit }

    mutating func insert(_ token: ReservationToken, _ port: UInt16, user: [UInt8], at now: Instant) {
        entries.append(Entry(token: token, port: port, user: user, expiresAt: now + Self.lifetime))
    }

    /// Hands out the port once, to the user who had it reserved.
    mutating func take(_ token: ReservationToken, user: [UInt8]) -> UInt16? {
        guard let index = entries.firstIndex(where: { $0.token == token && $0.user == user }) else { return nil }
        return entries.remove(at: index).port
    }

    /// A port whose time is over.
    mutating func popDue(at now: Instant) -> UInt16? {
        guard let first = entries.first, first.expiresAt <= now else { return nil }
        return entries.removeFirst().port
    }
}
