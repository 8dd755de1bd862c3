import WireFormat

/// Reads a message's fields; every length is checked before anything is copied.
struct MessageReader: ~Escapable {
    private var reader: ByteReader

    @_lifetime(copy bytes)
    init(_ bytes: Span<UInt8>) { reader = ByteReader(bytes) }

    var isAtEnd: Bool { reader.remaining == 0 }

    @_lifetime(self: copy self)
    mutating func readUInt8() throws(SignalingFailure) -> UInt8 {
        do { return try reader.readUInt8() } catch { throw .truncated }
    }

    @_lifetime(self: copy self)
    mutating func readUInt16() throws(SignalingFailure) -> UInt16 {
        do { return try reader.readUInt16() } catch { throw .truncated }
    }

    @_lifetime(self: copy self)
    mutating func readUInt32() throws(SignalingFailure) -> UInt32 {
        do { return try reader.readUInt32() } catch { throw .truncated }
    }

    @_lifetime(self: copy self)
    mutating func readUInt64() throws(SignalingFailure) -> UInt64 {
        do { return try reader.readUInt64() } catch { throw .truncated }
    }

    @_lifetime(self: copy self)
    mutating func readVarint() throws(SignalingFailure) -> UInt64 {
        do { return try reader.readVarint() } catch { throw .truncated }
    }

    @_lifetime(self: copy self)
    mutating func readOptional() throws(SignalingFailure) -> UInt64? {
        let value = try readVarint()
        return value == 0 ? nil : value - 1
    }

    /// Exactly `count` bytes.
    @_lifetime(self: copy self)
    mutating func readBytes(count: Int) throws(SignalingFailure) -> [UInt8] {
        do {
            let bytes = try reader.read(count: count)
            return bytes.copied()
        } catch {
            throw .truncated
        }
    }

    /// Bytes with their length in front.
    @_lifetime(self: copy self)
    mutating func readBytes(limit: Int) throws(SignalingFailure) -> [UInt8] {
        let count = try readVarint()
        guard count <= UInt64(limit) else { throw .tooLong }
        return try readBytes(count: Int(count))
    }

    @_lifetime(self: copy self)
    mutating func readToken() throws(SignalingFailure) -> [UInt8] {
        let token = try readBytes(limit: SignalingLimits.tokenBytes)
        guard token.isEmpty || token.count == SignalingLimits.tokenBytes else { throw .malformed }
        return token
    }

    /// What a server gave out to be shown again.
    @_lifetime(self: copy self)
    mutating func readTicket() throws(SignalingFailure) -> [UInt8] {
        let ticket = try readBytes(limit: SignalingLimits.ticketBytes)
        // Who has none says nothing.
        guard !ticket.isEmpty else { throw .malformed }
        return ticket
    }

    /// A permit at a message's end, if there is one.
    @_lifetime(self: copy self)
    mutating func readPermit() throws(SignalingFailure) -> Permit? {
        guard !isAtEnd else { return nil }
        let terms = try SessionTerms(from: &self)
        return Permit(terms: terms, ticket: try readBytes(limit: SignalingLimits.ticketBytes))
    }

    /// Printable ASCII with its length in front.
    @_lifetime(self: copy self)
    mutating func readText(limit: Int = SignalingLimits.textBytes) throws(SignalingFailure) -> String {
        let bytes = try readBytes(limit: limit)
        guard bytes.allSatisfy({ (0x21...0x7E).contains($0) }) else { throw .malformed }
        return String(decoding: bytes, as: UTF8.self)
    }

    @_lifetime(self: copy self)
    mutating func readReason() throws(SignalingFailure) -> Reason {
        Reason(rawValue: try readUInt8()) ?? .unspecified
    }

    @_lifetime(self: copy self)
    mutating func readSession() throws(SignalingFailure) -> SessionIdentifier {
        SessionIdentifier(high: try readUInt64(), low: try readUInt64())
    }

    @_lifetime(self: copy self)
    mutating func readMeeting() throws(SignalingFailure) -> MeetingIdentifier {
        let bytes = try readBytes(limit: MeetingIdentifier.byteCounts.upperBound)
        guard let meeting = MeetingIdentifier(bytes) else { throw .malformed }
        return meeting
    }

    @_lifetime(self: copy self)
    mutating func readVenue() throws(SignalingFailure) -> Venue {
        switch try readUInt8() {
        case 1:
            guard let number = RoomNumber(try readUInt32()) else { throw .malformed }
            return .room(number)
        case 2:
            guard let host = HostIdentifier(try readBytes(count: HostIdentifier.byteCount)) else { throw .malformed }
            return .host(host)
        default: throw .malformed
        }
    }

    @_lifetime(self: copy self)
    mutating func readAddress() throws(SignalingFailure) -> TransportAddress {
        let ip: IPAddress
        switch try readUInt8() {
        case 4: ip = .v4(try readUInt32())
        case 6: ip = .v6(high: try readUInt64(), low: try readUInt64())
        default: throw .malformed
        }
        return TransportAddress(ip: ip, port: try readUInt16())
    }

    @_lifetime(self: copy self)
    mutating func readServers() throws(SignalingFailure) -> [TraversalServer] {
        let count = Int(try readUInt8())
        guard count <= SignalingLimits.servers else { throw .tooLong }
        var servers: [TraversalServer] = []
        for _ in 0..<count {
            guard let kind = TraversalServer.Kind(rawValue: try readUInt8()),
                let transport = TransportProtocol(rawValue: try readUInt8())
            else { throw .malformed }
            let host = try readText()
            let port = try readUInt16()
            let username = try readText()
            let password = try readText()
            servers.append(
                TraversalServer(
                    kind: kind, transport: transport, host: host, port: port, username: username, password: password,
                    lifetimeSeconds: try readUInt32(), challenge: try readChallenge()))
        }
        return servers
    }

    @_lifetime(self: copy self)
    private mutating func readChallenge() throws(SignalingFailure) -> TraversalServer.Challenge? {
        switch try readUInt8() {
        case 0: return nil
        case 1: break
        default: throw .malformed
        }
        let realm = try readText(limit: SignalingLimits.challengeBytes)
        let nonce = try readText(limit: SignalingLimits.challengeBytes)
        let count = Int(try readUInt8())
        guard count <= SignalingLimits.passwordAlgorithms else { throw .tooLong }
        var algorithms: [UInt16] = []
        for _ in 0..<count { algorithms.append(try readUInt16()) }
        return TraversalServer.Challenge(realm: realm, nonce: nonce, algorithms: algorithms)
    }

    @_lifetime(self: copy self)
    mutating func readSubject() throws(SignalingFailure) -> Subject {
        switch try readUInt8() {
        case 0: return .connection
        case 1: return .hosting
        case 2: return .joining
        case 3: return .meeting(try readMeeting())
        case 4: return .session(try readSession())
        default: throw .malformed
        }
    }

    @_lifetime(self: copy self)
    mutating func readReport() throws(SignalingFailure) -> SessionReport {
        guard let path = SessionReport.PathKind(rawValue: try readUInt8()) else { throw .malformed }
        let flags = try readUInt8()
        guard flags <= 1 else { throw .malformed }
        let duration = try readVarint()
        let sent = try readVarint()
        let received = try readVarint()
        let rttP50 = try readOptional()
        let rttP95 = try readOptional()
        return SessionReport(
            path: path, durationMilliseconds: duration, bytesSent: sent, bytesReceived: received,
            rttP50Microseconds: rttP50, rttP95Microseconds: rttP95, firstFrameMilliseconds: try readOptional(),
            isFinal: flags == 1)
    }
}
