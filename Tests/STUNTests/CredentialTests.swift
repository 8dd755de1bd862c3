import STUN
import Testing
import WireFormat

/// The long-term mechanism from both sides: challenge, claim, trust (RFC 8489 section 9.2).
@Suite struct CredentialTests {
    static let features: [SecurityFeatures] = [
        [], .passwordAlgorithms, .usernameAnonymity, [.passwordAlgorithms, .usernameAnonymity],
    ]
    static let lists: [[PasswordAlgorithm]?] = [nil, [.md5], [.sha256], [.sha256, .md5], [.md5, .sha256]]
    let name = [UInt8]("alice".utf8)
    let password = [UInt8]("secret".utf8)

    /// Every kind of server: a client that answers is understood by it, with the algorithm that stands first.
    @Test(arguments: features, lists)
    func claimsMatchChallenges(features: SecurityFeatures, list: [PasswordAlgorithm]?) throws {
        let bytes = challenge(features, list)
        let isBidDown = features.contains(.passwordAlgorithms) && list == nil
        guard let credentials = try? answer(bytes) else {
            #expect(try isBidDown && refusal(of: bytes) == .biddenDown)
            return
        }
        #expect(!isBidDown && credentials.algorithm == list?.first ?? .md5)
        let request = build(.request, .allocate) { message, packet in credentials.add(to: &message, in: &packet) }
        let received = try Message(request.span)
        let isAnonymous = features.contains(.usernameAnonymity)
        let (hasName, hasHash) = (received.username != nil, received.userHash != nil)
        #expect(hasName == !isAnonymous && hasHash == isAnonymous)
        let isAuthentic = received.isAuthentic(credentials.key, credentials.integrity)
        #expect(isAuthentic)
        // A server that lists algorithms always says so in its nonce; ours never meets the others.
        guard features.contains(.passwordAlgorithms) == (list != nil) else { return }
        let claim = received.longTermClaim(offered: list ?? [])
        guard case .claim(let found) = claim else {
            Issue.record("\(claim)")
            return
        }
        #expect(found.algorithm == credentials.algorithm && found.integrity == credentials.integrity)
        #expect(found.isAnonymous == isAnonymous)
    }

    @Test func unknownAlgorithmsAreSkipped() throws {
        let value: [UInt8] = [0x12, 0x34, 0, 3, 9, 9, 9, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0]
        let bytes = challenge(.passwordAlgorithms, raw: value)
        let message = try Message(bytes.span)
        let known = message.passwordAlgorithms
        let credentials = try answer(bytes)
        #expect(known == [.sha256, .md5] && credentials.algorithm == .sha256)
        // The list comes back byte for byte.
        let request = build(.request, .allocate) { message, packet in credentials.add(to: &message, in: &packet) }
        let repeated = try Message(request.span).value(.passwordAlgorithms)?.copied()
        #expect(repeated == value)
    }

    @Test(arguments: [[0x12, 0x34, 0, 0], [], [0, 2, 0, 9], [0, 2, 0], [0, 2, 0, 4, 1, 1, 1, 1]] as [[UInt8]])
    func listsWithoutOurAlgorithmsEndIt(value: [UInt8]) throws {
        let bytes = challenge(.passwordAlgorithms, raw: value)
        #expect(try refusal(of: bytes) == .noKnownAlgorithm)
    }

    @Test func longValuesAreNotRepeated() throws {
        let list = [UInt8](repeating: 0, count: 68)
        let nonce = String(repeating: "n", count: 401)
        let first = challenge(.passwordAlgorithms, raw: list)
        let second = build(.errorResponse) { message, packet in
            message.add(.realm, "r", to: &packet)
            message.add(.nonce, nonce, to: &packet)
        }
        for bytes in [first, second] { #expect(try refusal(of: bytes) == .tooLong) }
        let third = build(.errorResponse) { message, packet in message.add(.realm, "r", to: &packet) }
        #expect(try refusal(of: third) == .incomplete)
    }

    /// What a request lacks or has changed, and what it is answered with.
    @Test(arguments: [
        ("nothing", LongTermClaim.absent), ("no user", .malformed), ("no realm", .malformed), ("no nonce", .malformed),
        ("no list", .malformed), ("no choice", .malformed), ("other list", .malformed), ("SHA-1 only", .malformed),
        ("choice not listed", .malformed),
    ])
    func incompleteClaims(fault: String, expected: LongTermClaim) throws {
        let key = IntegrityKey(username: name, realm: [1], password: password, algorithm: .sha256)
        let bytes = build(.request, .allocate) { message, packet in
            if fault != "no user" { message.add(.username, name.span, to: &packet) }
            if fault != "no realm" { message.add(.realm, "r", to: &packet) }
            let cookie = SecurityFeatures.passwordAlgorithms.cookie
            if fault != "no nonce" { message.add(.nonce, cookie.span, to: &packet) }
            if fault != "no list" {
                message.add(.passwordAlgorithms, fault == "other list" ? [.md5] : [.sha256], to: &packet)
            }
            if fault != "no choice" {
                let isOther = fault == "other list" || fault == "choice not listed"
                message.add(.passwordAlgorithm, [isOther ? .md5 : .sha256], to: &packet)
            }
            if fault != "nothing" { message.addIntegrity(key, fault == "SHA-1 only" ? .sha1 : .sha256, to: &packet) }
        }
        let claim = try Message(bytes.span).longTermClaim(offered: [.sha256])
        #expect(claim == expected)
    }

    /// A client before RFC 8489 repeats the cookie without knowing what it is.
    @Test func oldClientsAreTakenAtMD5() throws {
        let key = IntegrityKey(username: name, realm: [0x72], password: password)
        let bytes = build(.request, .allocate) { message, packet in
            message.add(.username, name.span, to: &packet)
            message.add(.realm, "r", to: &packet)
            let cookie = SecurityFeatures.passwordAlgorithms.cookie
            message.add(.nonce, cookie.span, to: &packet)
            message.addIntegrity(key, to: &packet)
        }
        let claim = try Message(bytes.span).longTermClaim(offered: [.sha256, .md5])
        guard case .claim(let found) = claim else {
            Issue.record("\(claim)")
            return
        }
        #expect(found.algorithm == .md5 && found.integrity == .sha1)
    }

    enum Protection: CaseIterable { case none, right, wrongKey, otherAlgorithm }

    @Test(arguments: [nil, 300, 400, 401, 438, 442, 500] as [UInt16?], Protection.allCases)
    func trustInResponses(code: UInt16?, protection: Protection) throws {
        let challenge = challenge(.passwordAlgorithms, [.sha256])
        let credentials = try answer(challenge)
        let bytes = build(code == nil ? .successResponse : .errorResponse, .allocate) { message, packet in
            if let code { message.add(ErrorCode(rawValue: code), to: &packet) }
            switch protection {
            case .none: break
            case .right: message.addIntegrity(credentials.key, .sha256, to: &packet)
            case .wrongKey: message.addIntegrity(IntegrityKey(shortTermPassword: "x"), .sha256, to: &packet)
            case .otherAlgorithm: message.addIntegrity(credentials.key, .sha1, to: &packet)
            }
        }
        let trust = credentials.trust(in: try Message(bytes.span))
        let expected: LongTermCredentials.Trust =
            switch (code, protection) {
            case (401, _), (438, _): .challenge
            case (_, .right): .authentic
            case (nil, _), (400, _), (_, .wrongKey), (_, .otherAlgorithm): .discarded
            case (_, .none): .unprotectedError
            }
        #expect(trust == expected)
    }

    /// Somebody between took the list out of a response that announces it.
    @Test func bidDownResponsesAreDiscarded() throws {
        let challenge = challenge(.passwordAlgorithms, [.sha256])
        let credentials = try answer(challenge)
        for hasList in [true, false] {
            let bytes = build(.successResponse, .allocate) { message, packet in
                let cookie = SecurityFeatures.passwordAlgorithms.cookie
                message.add(.nonce, cookie.span, to: &packet)
                if hasList { message.add(.passwordAlgorithms, [.sha256], to: &packet) }
                message.addIntegrity(credentials.key, .sha256, to: &packet)
            }
            let trust = credentials.trust(in: try Message(bytes.span))
            #expect(trust == (hasList ? .authentic : .discarded))
        }
    }

    private func challenge(_ features: SecurityFeatures, _ list: [PasswordAlgorithm]?) -> [UInt8] {
        challenge(features, raw: list.map { $0.flatMap { [0, UInt8($0.rawValue), 0, 0] } })
    }

    private func challenge(_ features: SecurityFeatures, raw list: [UInt8]?) -> [UInt8] {
        build(.errorResponse, .allocate) { message, packet in
            message.add(.unauthenticated, to: &packet)
            message.add(.realm, "example.org", to: &packet)
            let nonce = features.isEmpty ? [7] : features.cookie.span.copied() + [7]
            message.add(.nonce, nonce.span, to: &packet)
            if let list { message.add(.passwordAlgorithms, list.span, to: &packet) }
        }
    }

    private func answer(_ bytes: [UInt8]) throws -> LongTermCredentials {
        try LongTermCredentials(challenge: Message(bytes.span), username: name, password: password)
    }

    private func refusal(of bytes: [UInt8]) throws -> LongTermCredentials.Refusal? {
        let challenge = try Message(bytes.span)
        do throws(LongTermCredentials.Refusal) {
            _ = try LongTermCredentials(challenge: challenge, username: name, password: password)
            return nil
        } catch { return error }
    }
}
