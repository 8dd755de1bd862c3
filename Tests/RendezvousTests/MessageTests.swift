import Rendezvous
import Testing
import WireFormat

@Suite struct MessageTests {
    static let session = SessionIdentifier(high: 0x0102_0304_0506_0708, low: 0xF0F1_F2F3_F4F5_F6F7)
    static let meeting = MeetingIdentifier([UInt8](repeating: 7, count: 20))!
    static let host = HostIdentifier((0..<32).map { UInt8($0) })!
    static let report = SessionReport(
        path: .relayed, durationMilliseconds: 61_000, bytesSent: 1 << 40, bytesReceived: 99,
        rttP50Microseconds: 0, rttP95Microseconds: 12_345, firstFrameMilliseconds: nil, isFinal: true)

    static let samples: [SignalingMessage] = [
        .openRoom(nil, token: []), .openRoom(RoomNumber(7), token: [UInt8](repeating: 9, count: 16)),
        .register(host), .proof([1, 2, 3]), .closeRoom(.codeBurned),
        .join(.room(RoomNumber(4_000_000_000)!), offer: []),
        .join(.host(host), offer: [UInt8](repeating: 5, count: 8_192)), .resume(meeting), .report(session, report),
        .welcome(heartbeatSeconds: 30, source: TransportAddress("192.0.2.1:3478")!),
        .welcome(heartbeatSeconds: 30, source: TransportAddress("[2001:db8::1]:1")!), .challenge([]),
        .hosting(.room(RoomNumber(7)!), token: [UInt8](repeating: 1, count: 16)),
        .incoming(session, offer: [1], servers: SignalingWorld.servers), .joined(session, servers: []),
        .met(meeting, session, servers: SignalingWorld.servers),
        .refused(.connection, .badVersion, retryAfterSeconds: 0),
        .refused(.meeting(meeting), .timedOut, retryAfterSeconds: 3),
        .refused(.session(session), .noSuchSession, retryAfterSeconds: 65_535),
        .refused(.hosting, .badProof, retryAfterSeconds: 0),
        .identity(nil, proof: []), .identity(host, proof: [UInt8](repeating: 3, count: 256)), .agree(offer: [1, 2]),
        .terms(SessionTerms()), .terms(SessionTerms(way: .directOnly, isRecorded: true, timeLimit: .seconds(1))),
        .refused(.joining, .noSuchRoom, retryAfterSeconds: 1), .roomClosed(.expired), .answer(session, [1, 2]),
        .trickle(session, []), .leave(session, .finished), .ping(.max), .pong(0),
    ]

    @Test(arguments: samples)
    func survivesTheWire(_ message: SignalingMessage) throws {
        let bytes = try message.encoded()
        let decoded = try SignalingMessage(bytes.span)
        #expect(decoded == message)
        #expect(bytes[0] == SignalingLimits.version)
        // Every shorter form is refused, and so is every longer one.
        for count in 0..<min(bytes.count, 300) {
            let prefix = Array(bytes.prefix(count))
            #expect(throws: SignalingFailure.self) { try SignalingMessage(prefix.span) }
        }
        let longer = bytes + [0]
        #expect(throws: Self.failure(afterEndOf: message)) { try SignalingMessage(longer.span) }
    }

    @Test func sourcesAreAddressesOrNetworks() throws {
        func source(_ text: String) throws -> SourceNetwork { SourceNetwork(try #require(IPAddress(text))) }
        #expect(try source("2001:db8::1") == source("2001:db8::ffff:1:2:3"))
        #expect(try source("2001:db8::1") != source("2001:db8:0:1::1"))
        #expect(try source("192.0.2.1") == source("::ffff:192.0.2.1"))
        #expect(try source("192.0.2.1") != source("192.0.2.2"))
        #expect(try source("0.0.0.1") != source("::1:0:0:0:1"))
    }

    @Test func hexadecimalTextIsReadBackAndNothingElseIs() {
        let bytes = (0...255).map { UInt8($0) }
        let text = Hexadecimal.text(bytes)
        #expect(text.hasPrefix("000102") && text.hasSuffix("fdfeff"))
        #expect(Hexadecimal.bytes(text) == bytes && Hexadecimal.bytes(text.uppercased()) == bytes)
        for wrong in ["0", "0g", "000", "x0", "é0", " 0", "+1"] { #expect(Hexadecimal.bytes(wrong) == nil, "\(wrong)") }
    }

    /// Where a permit or a ticket may follow, one byte is the beginning of one.
    private static func failure(afterEndOf message: SignalingMessage) -> SignalingFailure {
        switch message {
        case .incoming, .joined: .truncated
        case .resume: .malformed
        default: .trailingBytes
        }
    }

    @Test func layoutIsFixed() throws {
        let leave = try SignalingMessage.leave(Self.session, .codeBurned).encoded()
        #expect(leave == [2, 0x43, 1, 2, 3, 4, 5, 6, 7, 8, 0xF0, 0xF1, 0xF2, 0xF3, 0xF4, 0xF5, 0xF6, 0xF7, 4])
        let open = try SignalingMessage.openRoom(RoomNumber(7), token: []).encoded()
        #expect(open == [2, 1, 0, 0, 0, 7, 0])
    }

    @Test func largestMessageFits() throws {
        let text = String(repeating: "x", count: 255)
        let word = String(repeating: "y", count: SignalingLimits.challengeBytes)
        let challenge = TraversalServer.Challenge(realm: word, nonce: word, algorithms: [1, 2, 3, 4, 5, 6, 7, 8])
        let server = TraversalServer(
            kind: .turn, host: text, port: 1, username: text, password: text, challenge: challenge)
        let message = SignalingMessage.incoming(
            Self.session, offer: [UInt8](repeating: 1, count: SignalingLimits.blobBytes),
            servers: Array(repeating: server, count: SignalingLimits.servers),
            permit: Permit(
                terms: SessionTerms(way: .relayOnly, isRecorded: true, timeLimit: .seconds(60)),
                ticket: [UInt8](repeating: 2, count: SignalingLimits.ticketBytes)))
        let bytes = try message.encoded()
        let decoded = try SignalingMessage(bytes.span)
        #expect(decoded == message)
        #expect(bytes.count <= SignalingLimits.messageBytes)
    }

    @Test func refusesWhatIsTooLong() {
        let blob = [UInt8](repeating: 0, count: SignalingLimits.blobBytes + 1)
        #expect(throws: SignalingFailure.tooLong) { try SignalingMessage.trickle(Self.session, blob).encoded() }
        #expect(throws: SignalingFailure.tooLong) { try SignalingMessage.proof(blob).encoded() }
        let whole = [UInt8](repeating: 1, count: SignalingLimits.messageBytes + 1)
        #expect(throws: SignalingFailure.tooLong) { try SignalingMessage(whole.span) }
        // A length that the message does not have, up to the largest there is.
        let lie: [UInt8] = [2, 0x03, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]
        #expect(throws: SignalingFailure.tooLong) { try SignalingMessage(lie.span) }
    }

    @Test func tellsOtherVersionsAndTypes() {
        let version: [UInt8] = [1, 1, 0]
        #expect(throws: SignalingFailure.badVersion(1)) { try SignalingMessage(version.span) }
        let type: [UInt8] = [2, 0x7F]
        #expect(throws: SignalingFailure.unknownMessage(0x7F)) { try SignalingMessage(type.span) }
    }

    @Test func unencodableServersAreLeftOut() throws {
        let bad = TraversalServer(kind: .turn, host: "line\nbreak", port: 1)
        let bytes = try SignalingMessage.joined(Self.session, servers: [bad] + SignalingWorld.servers).encoded()
        let decoded = try SignalingMessage(bytes.span)
        #expect(decoded == .joined(Self.session, servers: SignalingWorld.servers))
    }

    @Test func hugeFiguresAreCutNotTrapped() throws {
        let report = SessionReport(
            path: .none, durationMilliseconds: .max, bytesSent: .max, bytesReceived: .max, rttP50Microseconds: .max,
            isFinal: false)
        let bytes = try SignalingMessage.report(Self.session, report).encoded()
        let decoded = try SignalingMessage(bytes.span)
        guard case .report(_, let read) = decoded else { return #expect(Bool(false)) }
        #expect(read.bytesSent == UInt64.max >> 2)
        #expect(read.rttP50Microseconds == UInt64.max >> 2 - 1)
    }

    /// Mutated and random bytes either decode to a message that encodes again, or throw.
    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func mutationsAreHarmless(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var accepted = 0
        for _ in 0..<4_000 {
            var bytes = try Self.samples[Int(random.next() % UInt64(Self.samples.count))].encoded()
            if random.next() % 8 == 0 { bytes = [1] + random.bytes(count: Int(random.next() % 64)) }
            for _ in 0..<(1 + random.next() % 3) where !bytes.isEmpty {
                let index = Int(random.next() % UInt64(bytes.count))
                switch random.next() % 3 {
                case 0: bytes[index] = UInt8(truncatingIfNeeded: random.next())
                case 1: bytes.removeSubrange(index...)
                default: bytes.insert(UInt8(truncatingIfNeeded: random.next()), at: index)
                }
            }
            guard let message = try? SignalingMessage(bytes.span) else { continue }
            accepted += 1
            let again = try message.encoded()
            let decoded = try SignalingMessage(again.span)
            #expect(decoded == message)
        }
        #expect(accepted > 0)
    }
}
