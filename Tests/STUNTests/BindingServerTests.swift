import STUN
import Testing
import WireFormat

/// The server side of RFC 5780.
@Suite struct BindingServerTests {
    static let first = BindingServer.Address(bound: .v4(0xC000_0201))
    static let second = BindingServer.Address(bound: .v4(0xC000_0202))
    static let client = TransportAddress(ip: .v4(0x0505_0505), port: 4_000)

    struct Sockets: Sendable, CustomTestStringConvertible {
        var hasAddress: Bool
        var hasPort: Bool
        static let all = [(false, false), (false, true), (true, true)].map { Sockets(hasAddress: $0, hasPort: $1) }

        var testDescription: String { "\(hasAddress ? 2 : 1) addresses, \(hasPort ? 2 : 1) ports" }

        func server(burst: Int = 60) -> BindingServer {
            BindingServer(
                configuration: BindingServer.Configuration(
                    address: first, port: 3_478, alternateAddress: hasAddress ? second : nil,
                    alternatePort: hasPort ? 3_479 : nil, changeBurst: burst),
                random: SeededRandom(seed: 1))
        }
    }

    struct Answer {
        var path: Path
        var bytes: [UInt8]
    }

    /// Every socket, asked for every change, answers from where it was asked to, or says that it cannot.
    @Test(arguments: Sockets.all, [[], .address, .port, [.address, .port]] as [ChangeRequest])
    func answersComeFromWhereTheyWereWanted(sockets: Sockets, change: ChangeRequest) throws {
        var server = sockets.server()
        #expect(server.sockets.count == (sockets.hasAddress ? 4 : sockets.hasPort ? 2 : 1))
        for local in server.sockets {
            let answer = try #require(ask(&server, request(size: 64, change), at: local))
            let message = try Message(answer.bytes.span)
            let mapped = message.mappedAddress
            let canChange =
                !(change.contains(.address) && !sockets.hasAddress) && !(change.contains(.port) && !sockets.hasPort)
            guard canChange else {
                let (code, unknown) = (message.errorCode, message.unknownAttributes)
                #expect(code == .unknownAttribute && unknown == [.changeRequest] && answer.path.local == local)
                continue
            }
            var expected = local
            if change.contains(.address) {
                expected.ip = local.ip == Self.first.bound ? Self.second.bound : Self.first.bound
            }
            if change.contains(.port) { expected.port = local.port == 3_478 ? 3_479 : 3_478 }
            #expect(mapped == Self.client)
            #expect(answer.path == Path(local: expected, remote: Self.client) && answer.bytes.count <= 64)
            try expectAttributes(answer, from: expected, sockets)
        }
    }

    private func expectAttributes(_ answer: Answer, from origin: TransportAddress, _ sockets: Sockets) throws {
        let message = try Message(answer.bytes.span)
        let (fingerprint, found, other) = (message.fingerprint, message.responseOrigin, message.otherAddress)
        let port = message.alternatePort
        #expect(fingerprint == .valid && found == origin)
        let otherPort: UInt16 = origin.port == 3_478 ? 3_479 : 3_478
        let otherIP = origin.ip == Self.first.bound ? Self.second.bound : Self.first.bound
        #expect(other == (sockets.hasAddress ? TransportAddress(ip: otherIP, port: otherPort) : nil))
        #expect(port == (sockets.hasPort && !sockets.hasAddress ? otherPort : nil))
    }

    /// No request of any size, kind or family is answered with more bytes than it has.
    @Test(arguments: [false, true])
    func nothingIsAmplified(isIPv6: Bool) throws {
        var server = Sockets(hasAddress: true, hasPort: true).server(burst: 10_000)
        if isIPv6 {
            let configuration = BindingServer.Configuration(
                address: BindingServer.Address(bound: .v6(high: 1, low: 1)), port: 3_478,
                alternateAddress: BindingServer.Address(bound: .v6(high: 1, low: 2)), alternatePort: 3_479,
                changeBurst: 10_000)
            server = BindingServer(configuration: configuration, random: SeededRandom(seed: 1))
        }
        let client = isIPv6 ? TransportAddress(ip: .v6(high: 2, low: 3), port: 5) : Self.client
        var answered = 0
        for size in 0...140 {
            for change in [[], .port, [.address, .port]] as [ChangeRequest] {
                for extra in [nil, .padding, .responsePort, AttributeType(rawValue: 0x7000)] as [AttributeType?] {
                    let bytes = request(size: size, change, extra: extra)
                    guard let answer = ask(&server, bytes, at: server.sockets[0], from: client) else { continue }
                    answered += 1
                    #expect(answer.bytes.count <= bytes.count)
                }
            }
        }
        #expect(answered > 300 && server.statistics.withheldAnswers > 0)
    }

    /// An operator may want old clients served.
    @Test func shortRequestsAreAnsweredIfWanted() throws {
        var configuration = BindingServer.Configuration(
            address: Self.first, port: 3_478, alternateAddress: Self.second, alternatePort: 3_479)
        configuration.answersShortRequests = true
        var server = BindingServer(configuration: configuration, random: SeededRandom(seed: 1))
        let bytes = build(.request, .binding) { _, _ in }
        let answer = try #require(ask(&server, bytes, at: server.sockets[0]))
        let message = try Message(answer.bytes.span)
        let (mapped, other) = (message.mappedAddress, message.otherAddress)
        #expect(bytes.count == 20 && mapped == Self.client && other == server.sockets[3])
    }

    @Test func changesAreRateLimitedBySource() throws {
        var server = Sockets(hasAddress: true, hasPort: true).server(burst: 8)
        let local = server.sockets[0]
        func code(_ number: Int64, from client: TransportAddress = Self.client) throws -> ErrorCode? {
            let now = Instant.zero + .milliseconds(number)
            let answer = try #require(ask(&server, request(size: 64, .port), at: local, from: client, at: now))
            if try Message(answer.bytes.span).errorCode != nil { #expect(answer.path.local == local) }
            return try Message(answer.bytes.span).errorCode
        }
        for _ in 0..<8 { #expect(try code(0) == nil) }
        // Told so, from the socket that was asked: silence would pass for a filter.
        #expect(try code(0) == .serverError)
        #expect(try code(0, from: TransportAddress(ip: .v4(0x0606_0606), port: 1)) == nil)
        #expect(try code(100) == nil && code(100) == .serverError)
        // Whoever wants no change is not counted.
        let plain = try #require(ask(&server, request(size: 64, []), at: local))
        #expect(try Message(plain.bytes.span).messageClass == .successResponse)
        #expect(server.statistics.refusedChanges == 2 && server.statistics.changes == 10)
    }

    @Test func responsesGoToAnotherPort() throws {
        var server = Sockets(hasAddress: false, hasPort: false).server()
        let moved = build(.request, .binding) { message, packet in
            message.add(.responsePort, 0x1234_0000 as UInt32, to: &packet)
            message.pad(toSize: 64, in: &packet)
        }
        let answer = try #require(ask(&server, moved, at: server.sockets[0]))
        let mapped = try Message(answer.bytes.span).mappedAddress
        #expect(answer.path.remote == TransportAddress(ip: Self.client.ip, port: 0x1234) && mapped == Self.client)
        for (port, isPadded) in [(0, false), (0x1234_0000, true)] as [(UInt32, Bool)] {
            let wrong = build(.request, .binding) { message, packet in
                message.add(.responsePort, port, to: &packet)
                if isPadded { message.pad(toSize: 64, with: .padding, in: &packet) }
            }
            let answer = try #require(ask(&server, wrong, at: server.sockets[0]))
            let code = try Message(answer.bytes.span).errorCode
            #expect(code == .badRequest && answer.path.remote == Self.client)
        }
    }

    @Test func paddingIsAnsweredWithPadding() throws {
        var server = Sockets(hasAddress: true, hasPort: true).server()
        let bytes = build(.request, .binding) { message, packet in
            message.pad(toSize: 1_200, with: .padding, in: &packet)
        }
        let answer = try #require(ask(&server, bytes, at: server.sockets[0]))
        let padding = try Message(answer.bytes.span).value(.padding)?.count
        #expect(answer.bytes.count <= bytes.count && (padding ?? 0) > 1_000)
    }

    @Test(arguments: 0..<10)
    func randomRequestsNeverTrap(seed: Int) {
        var random = SeededRandom(seed: UInt64(seed))
        var server = Sockets(hasAddress: true, hasPort: true).server(burst: 1_000_000)
        for _ in 0..<1_000 {
            var bytes = request(size: 64, ChangeRequest(rawValue: UInt32(truncatingIfNeeded: random.next())))
            for _ in 0..<Int(random.next() % 5) {
                bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next())
            }
            if let answer = ask(&server, bytes, at: server.sockets[0]) { #expect(answer.bytes.count <= bytes.count) }
        }
    }

    @Test func onlyBindingRequestsToOurSocketsAreTaken() {
        var server = Sockets(hasAddress: true, hasPort: true).server()
        let elsewhere = TransportAddress(ip: Self.first.bound, port: 1)
        #expect(ask(&server, request(size: 64, []), at: elsewhere) == nil)
        for bytes in [build(.request, .allocate) { _, _ in }, build(.successResponse) { _, _ in }, [1, 2, 3]] {
            #expect(ask(&server, bytes, at: server.sockets[0]) == nil)
        }
        #expect(server.statistics.dropped == 4 && server.statistics.requests == 0)
    }

    private func request(size: Int, _ change: ChangeRequest, extra: AttributeType? = nil) -> [UInt8] {
        build(.request, .binding) { message, packet in
            if !change.isEmpty { message.add(.changeRequest, change.rawValue, to: &packet) }
            if let extra { message.add(extra, 0x1234_0000 as UInt32, to: &packet) }
            message.pad(toSize: size - 8, in: &packet)
            message.addFingerprint(to: &packet)
        }
    }

    private func ask(
        _ server: inout BindingServer, _ bytes: [UInt8], at local: TransportAddress,
        from client: TransportAddress = client, at now: Instant = .zero
    ) -> Answer? {
        try? server.receive(bytes.span, on: Path(local: local, remote: client), at: now)
        var path: Path?
        let answer = [UInt8](capacity: 1_500) { output in path = server.pollTransmit(into: &output, at: now) }
        return path.map { Answer(path: $0, bytes: answer) }
    }
}
