import ICE
import STUN
import Testing
import WireFormat

/// RFC 8445 and its companions, rule by rule; each test names the section.
@Suite("Rules of ICE")
struct ConformityTests {
    // MARK: Candidates and pairs

    /// RFC 8421 section 4: address families take turns in the local preference, IPv6 first.
    @Test func familiesTakeTurns() {
        var lone = LoneAgent(
            sockets: ["10.0.0.1:1", "10.0.0.2:1", "10.0.0.3:1", "[2001:db8::1]:1", "[2001:db8::2]:1"], isTold: false)
        let candidates = lone.events().compactMap { if case .localCandidate(let it) = $0 { it } else { nil } }
        let order = candidates.sorted { $0.priority > $1.priority }.map { "\($0.address.ip)" }
        #expect(order == ["2001:db8::1", "10.0.0.1", "2001:db8::2", "10.0.0.2", "10.0.0.3"])
        #expect(Set(candidates.map(\.priority)).count == 5)
    }

    /// RFC 8445 section 6.1.2.2: only candidates of one family are paired, link-local IPv6 with link-local only.
    @Test func onlyWhatCanReachEachOtherIsPaired() {
        var lone = LoneAgent(sockets: ["10.0.0.1:1", "[2001:db8::1]:1", "[fe80::1]:1"])
        for (number, address) in ["192.0.2.1:9", "[2001:db8::9]:9", "[fe80::9]:9"].enumerated() {
            lone.addRemote(address, foundation: UInt32(number))
        }
        let pairs = Set(lone.packets(for: .milliseconds(90)).map { "\($0.path.local) \($0.path.remote)" })
        #expect(
            pairs == [
                "10.0.0.1:1 192.0.2.1:9", "[2001:db8::1]:1 [2001:db8::9]:9", "[fe80::1]:1 [fe80::9]:9",
            ])
    }

    /// RFC 8445 section 6.1.2.4: a reflexive candidate is paired as its base, so it adds no pair.
    @Test func reflexiveCandidatesAddNoPairs() {
        var lone = LoneAgent()
        lone.agent.addMappedAddress(
            TransportAddress("198.51.100.7:7")!, of: TransportAddress("10.0.0.1:5000")!,
            gateway: TransportAddress("10.0.0.254:5351")!)
        lone.addRemote("192.0.2.1:9")
        #expect(lone.packets(for: .milliseconds(20)).count == 1)
        #expect(lone.agent.description.split(separator: "\n").count == 2)
    }

    /// RFC 8445 sections 6.1.2.6 and 6.1.4.2: of one foundation the highest priority goes first and the rest stays
    /// frozen while another foundation waits.
    @Test func relativesOfAPairUnderWayStayFrozen() {
        var lone = LoneAgent(isTold: false)
        lone.addRemote("192.0.2.1:1", priority: 120 << 24, foundation: 1)
        lone.addRemote("192.0.2.1:2", priority: 110 << 24, foundation: 1)
        lone.addRemote("192.0.2.1:3", priority: 100 << 24, foundation: 2)
        lone.agent.setRemoteCredentials(LoneAgent.remote, at: lone.now)
        #expect(lone.packets(for: .milliseconds(20)).map(\.path.remote.port) == [1, 3, 2])
    }

    /// RFC 8445 section 7.2.5.3.3: a success unfreezes the pairs of its foundation, before other pairs have failed.
    @Test func aSuccessUnfreezesItsFoundation() {
        var lone = LoneAgent(isTold: false)
        lone.addRemote("192.0.2.1:1", priority: 120 << 24, foundation: 1)
        lone.addRemote("192.0.2.1:2", priority: 115 << 24, foundation: 1)
        for port in 3...9 { lone.addRemote("192.0.2.1:\(port)", priority: 100 << 24, foundation: UInt32(port)) }
        lone.agent.setRemoteCredentials(LoneAgent.remote, at: lone.now)
        let first = lone.packets()
        lone.answer(first[0])
        let others = lone.packets(for: .milliseconds(30)).filter { $0.path.remote.port != 1 }
        #expect(others.first?.path.remote.port == 2)
    }

    /// RFC 8838 section 10: a candidate that is known already changes nothing.
    @Test func aKnownCandidateChangesNothing() {
        var lone = LoneAgent()
        lone.addRemote("192.0.2.1:1")
        _ = lone.packets()
        let before = lone.agent.description
        lone.addRemote("192.0.2.1:1", priority: 5)
        #expect(lone.agent.description == before)
        #expect(lone.packets().isEmpty)
    }

    // MARK: Checks that leave

    /// RFC 8445 section 7.2.2: PRIORITY is that of a peer-reflexive candidate of this base, the tie-breaker is one for
    /// all checks, and only the controlling agent nominates.
    @Test(arguments: [Agent.Role.controlling, .controlled])
    func checksCarryRoleAndPriority(_ role: Agent.Role) throws {
        var lone = LoneAgent(role)
        lone.addRemote("192.0.2.1:1")
        lone.addRemote("192.0.2.2:1", foundation: 2)
        let checks = lone.packets(for: .milliseconds(600))
        #expect(checks.count > 4)
        let host = lone.events().compactMap { if case .localCandidate(let it) = $0 { it } else { nil } }.first
        let priority = try #require(host).priority & 0xFF_FFFF | 110 << 24
        #expect(checks.allSatisfy { $0.priority == priority })
        #expect(Set(checks.map { role == .controlling ? $0.controlling : $0.controlled }).count == 1)
        #expect(checks.allSatisfy { (role == .controlling ? $0.controlled : $0.controlling) == nil })
        lone.answer(checks[0])
        let next = lone.packets(for: .milliseconds(10)).filter { $0.path == checks[0].path }
        #expect(next.contains(where: \.isNomination) == (role == .controlling))
    }

    /// RFC 8445 section 7.2.5.1: 487 makes the agent change its role and check again at once, with the same tie-breaker.
    @Test(arguments: [Agent.Role.controlling, .controlled])
    func aRoleConflictIsRepaired(_ role: Agent.Role) {
        var lone = LoneAgent(role)
        lone.addRemote("192.0.2.1:1")
        let check = lone.packets()[0]
        lone.answer(check, .roleConflict)
        #expect(lone.agent.role == role.opposite)
        let next = lone.packets()
        #expect(next.count == 1)
        #expect(
            role == .controlling ? next[0].controlled == check.controlling : next[0].controlling == check.controlled)
        // The answer to a check of before says nothing of the role of now.
        lone.answer(check, .roleConflict)
        #expect(lone.agent.role == role.opposite)
    }

    /// RFC 8445 section 7.2.5.2.4: a check that is refused has failed.
    @Test func aRefusedCheckHasFailed() {
        var lone = LoneAgent()
        lone.addRemote("192.0.2.1:1")
        lone.answer(lone.packets()[0], .badRequest)
        #expect(lone.packets(for: .seconds(4)).isEmpty)
        #expect(lone.agent.validPairs.isEmpty)
    }

    /// RFC 7675 section 5.2: 403 takes consent back; nothing goes there any more, whatever the peer sends.
    @Test func revokedConsentEndsThePair() throws {
        var lone = LoneAgent()
        lone.addRemote("192.0.2.1:1")
        lone.validate("192.0.2.1:1")
        #expect(lone.agent.selectedPair != nil)
        let check = try #require(lone.packets(for: .seconds(7)).last { $0.messageClass == .request })
        lone.answer(check, .forbidden)
        #expect(lone.agent.selectedPair == nil)
        #expect(lone.agent.validPairs.isEmpty)
        lone.check(from: "192.0.2.1:1")
        #expect(lone.packets(for: .seconds(60)).filter { $0.messageClass == .request }.isEmpty)
    }

    // MARK: Checks that arrive

    /// RFC 8445 section 7.3.1.1, all four cases: who stays, and what the other is told.
    @Test(arguments: [Agent.Role.controlling, .controlled], [UInt64.min, .max])
    func roleConflictsAreDecidedByTheTieBreaker(_ role: Agent.Role, _ theirs: UInt64) throws {
        var lone = LoneAgent(role)
        lone.check(from: "192.0.2.1:1", as: role, tieBreaker: theirs)
        let isOursLarger = theirs == .min
        let answer = try #require(lone.packets().first { $0.messageClass != .request })
        if isOursLarger == (role == .controlling) {
            #expect(answer.errorCode == .roleConflict)
            #expect(lone.agent.role == role)
        } else {
            #expect(answer.messageClass == .successResponse)
            #expect(lone.agent.role == role.opposite)
        }
    }

    /// RFC 8445 sections 7.3.1.2 to 7.3.1.4: the answer says where the check came from; a sender not known is a
    /// peer-reflexive candidate with the priority of its check; a check goes back at once.
    @Test func aCheckFromAnUnknownAddressIsLearnedFrom() throws {
        var lone = LoneAgent()
        _ = lone.packets()
        lone.check(from: "203.0.113.9:99", priority: 110 << 24 | 0xABCD << 8 | 255)
        let packets = lone.packets()
        #expect(packets.first?.mapped == TransportAddress("203.0.113.9:99"))
        let check = try #require(packets.first { $0.messageClass == .request })
        #expect(check.path.remote == TransportAddress("203.0.113.9:99"))
        lone.answer(check)
        let pair = try #require(lone.agent.selectedPair)
        #expect(pair.remote.kind == .peerReflexive)
        #expect(pair.remote.priority == 110 << 24 | 0xABCD << 8 | 255)
    }

    /// RFC 8445 section 7.3.1.4: a check triggers one of ours also while one is in progress, and also after it failed.
    @Test(arguments: [Interval.milliseconds(30), .seconds(12)])
    func aCheckTriggersOneOfOurs(after delay: Interval) {
        var lone = LoneAgent { $0.liveness.failureTimeout = .seconds(100) }
        lone.addRemote("192.0.2.1:1")
        _ = lone.packets(for: delay)
        lone.check(from: "192.0.2.1:1")
        let packets = lone.packets()
        #expect(packets.filter { $0.messageClass == .request }.count == 1)
        #expect(packets.filter { $0.messageClass == .successResponse }.count == 1)
    }

    // MARK: Nomination

    /// RFC 8445 section 8.1.1 and RFC 5245 section 8.1.1.2: of pairs that a peer without our counter nominates, the one
    /// of the highest priority is used, in whatever order they come.
    @Test(arguments: [["192.0.2.1:1", "192.0.2.2:1"], ["192.0.2.2:1", "192.0.2.1:1"]])
    func theHighestNominatedPairIsUsed(_ order: [String]) {
        var lone = LoneAgent(.controlled)
        lone.addRemote("192.0.2.1:1", priority: 100 << 24)
        lone.addRemote("192.0.2.2:1", priority: 120 << 24, foundation: 2)
        for packet in lone.packets(for: .milliseconds(20)) { lone.answer(packet) }
        for address in order {
            lone.check(from: address, as: .controlling, nominates: true)
            _ = lone.packets(for: .milliseconds(10))
        }
        #expect(lone.agent.selectedPair?.remote.address == TransportAddress("192.0.2.2:1"))
    }

    /// The nomination of a pair that is not valid yet counts once it is (RFC 8445 section 7.3.1.5).
    @Test func anEarlyNominationIsKept() {
        var lone = LoneAgent(.controlled)
        lone.addRemote("192.0.2.1:1", priority: 120 << 24)
        lone.addRemote("192.0.2.2:1", priority: 100 << 24, foundation: 2)
        let checks = lone.packets(for: .milliseconds(20))
        lone.check(from: "192.0.2.2:1", as: .controlling, nominates: true)
        for check in checks where check.path.remote == TransportAddress("192.0.2.1:1") { lone.answer(check) }
        #expect(lone.agent.selectedPair?.remote.address == TransportAddress("192.0.2.1:1"))
        for check in checks where check.path.remote == TransportAddress("192.0.2.2:1") { lone.answer(check) }
        #expect(lone.agent.selectedPair?.remote.address == TransportAddress("192.0.2.2:1"))
    }

    /// RFC 8445 sections 2.5 and 7: a lite peer sends no checks, only answers; ours nominates all the same.
    @Test func aLitePeerIsConnectedTo() {
        var lone = LoneAgent()
        lone.addRemote("192.0.2.1:1")
        var nominated: [LoneAgent.Packet] = []
        for _ in 0..<20 {
            let packets = lone.packets(for: .milliseconds(10))
            nominated += packets.filter(\.isNomination)
            for packet in packets { lone.answer(packet) }
        }
        #expect(nominated.count >= 1)
        #expect(lone.agent.selectedPair?.remote.address == TransportAddress("192.0.2.1:1"))
    }
}
