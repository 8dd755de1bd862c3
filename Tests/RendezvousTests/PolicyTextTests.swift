import Rendezvous
import Testing
import WireFormat

/// What operators write, and what is said of what they mistyped.
@Suite struct PolicyTextTests {
    static func key(_ number: UInt8) -> HostIdentifier { HostIdentifier([UInt8](repeating: number, count: 32))! }

    /// Reads k1 to k9 for HOST-IDs.
    static func parse(_ text: String) throws(AccessPolicy.TextFailure) -> AccessPolicy {
        try AccessPolicy(text) { word in
            word.first == "k" ? UInt8(word.dropFirst()).map(key) : nil
        }
    }

    static let room = Venue.room(RoomNumber(7)!)

    @Test func theFirstRuleThatFitsDecides() throws {
        let policy = try Self.parse(
            """
            # who may meet whom
            group staff
                k1  the laptop
                k2
            group guests
            k3 # from outside
            group servers
                k4 database
                k5

            allow staff,guests to codes time=1h   # by telephone
            deny guests to anyone
            allow staff to servers relay-only,recorded,time=8h
            allow anyone to servers direct-only
            default allow recorded
            """)
        #expect(policy.ruleCount == 4)
        let servers = Venue.host(Self.key(4))
        let other = Venue.host(Self.key(9))
        let hour = SessionTerms(timeLimit: .seconds(3_600))
        let strict = SessionTerms(way: .relayOnly, isRecorded: true, timeLimit: .seconds(8 * 3_600))
        let rows: [(Venue, ViewerIdentity, AccessPolicy.Verdict)] = [
            (Self.room, .unasked, .viewerWanted), (Self.room, .proven(Self.key(1)), .allowed(hour, line: 11)),
            (Self.room, .proven(Self.key(3)), .allowed(hour, line: 11)),
            (Self.room, .untold, .allowed(SessionTerms(isRecorded: true), line: 15)),
            (Self.room, .proven(Self.key(8)), .allowed(SessionTerms(isRecorded: true), line: 15)),
            (servers, .unasked, .viewerWanted), (servers, .proven(Self.key(2)), .allowed(strict, line: 13)),
            (servers, .proven(Self.key(3)), .forbidden(line: 12)),
            (servers, .untold, .allowed(SessionTerms(way: .directOnly), line: 14)),
            (servers, .proven(Self.key(8)), .allowed(SessionTerms(way: .directOnly), line: 14)),
            (other, .unasked, .viewerWanted), (other, .proven(Self.key(3)), .forbidden(line: 12)),
            (other, .proven(Self.key(1)), .allowed(SessionTerms(isRecorded: true), line: 15)),
        ]
        for (venue, viewer, verdict) in rows {
            #expect(policy.verdict(on: venue, for: viewer) == verdict, "\(venue), \(viewer)")
        }
    }

    @Test("nobody is asked who he is where that decides nothing")
    func privacy() throws {
        let policy = try Self.parse(
            "group a\nk1\ngroup b\nk2\nallow anyone to codes\nallow a to b\ndeny anyone to b\ndefault allow")
        #expect(policy.verdict(on: Self.room, for: .unasked) == .allowed(SessionTerms(), line: 5))
        #expect(policy.verdict(on: .host(Self.key(2)), for: .unasked) == .viewerWanted)
        #expect(policy.verdict(on: .host(Self.key(3)), for: .unasked) == .allowed(SessionTerms(), line: 8))
    }

    @Test("without a default nobody else meets anybody")
    func fallback() throws {
        let policy = try Self.parse("group a\nk1\nallow a to a")
        #expect(policy.verdict(on: Self.room, for: .unasked) == .forbidden(line: 0))
        #expect(policy.verdict(on: .host(Self.key(1)), for: .untold) == .forbidden(line: 0))
        #expect(policy.verdict(on: .host(Self.key(1)), for: .proven(Self.key(1))) == .allowed(SessionTerms(), line: 3))
    }

    @Test(arguments: [
        ("allow anyone to codes", true, false), ("allow anyone to codes direct-only", false, false),
        ("deny anyone to codes\nallow anyone to anyone", false, true),
        ("group a\nk1\nallow a to codes direct-only\nallow anyone to anyone relay-only", true, true),
        ("default allow", true, true), ("default allow direct-only", false, false), ("default deny", false, false),
    ])
    func whoseHostsNeedNoRelay(_ text: String, _ code: Bool, _ key: Bool) throws {
        let policy = try Self.parse(text)
        #expect(policy.mayRelay(to: Self.room) == code)
        #expect(policy.mayRelay(to: .host(Self.key(1))) == key)
    }

    @Test(arguments: [
        ("", 0, "neither a rule nor a default"), ("# nothing\n", 0, "neither"), ("group a\nk1", 0, "neither"),
        ("k1", 1, "begins no line"), ("permit a to b", 1, "begins no line"), ("group", 1, "one name"),
        ("group a b", 1, "one name"), ("group a/b", 1, "no name for a group"), ("group anyone", 1, "no name"),
        ("group a\ngroup a", 2, "already"), ("group a\n\n  x1 laptop", 3, "HOST-ID"),
        ("allow a", 1, "VIEWERS to HOSTS"), ("allow a and b", 1, "VIEWERS to HOSTS"),
        ("group a\nallow a to b", 2, "no group named \"b\""), ("group a\nallow a,, to a", 2, "no group named \"\""),
        ("allow codes to anyone", 1, "no group named \"codes\""), ("deny anyone to codes recorded", 1, "no terms"),
        ("allow anyone to codes relay-only, recorded", 1, "commas"),
        ("allow anyone to codes relay-only,direct-only", 1, "\"direct-only\""),
        ("allow anyone to codes time=30m,time=8h", 1, "\"time=8h\""),
        ("allow anyone to codes time=soon", 1, "\"time=soon\""), ("allow anyone to codes time=0s", 1, "time=0s"),
        ("allow anyone to codes view-only", 1, "relay-only, direct-only, recorded and time=30m"),
        ("default", 1, "allow or deny"), ("default maybe", 1, "allow or deny"),
        ("default deny\ndefault allow", 2, "default already"), ("default deny time=1h", 1, "no terms"),
    ])
    func mistakesAreNamedByTheirLine(_ text: String, _ line: Int, _ words: String) {
        do {
            _ = try Self.parse(text)
            Issue.record("understood: \(text)")
        } catch {
            #expect(error.line == line && error.detail.contains(words), "\(error)")
            #expect(error.description.hasPrefix("line \(line): ") == (line > 0))
        }
    }

    @Test(arguments: [
        SessionTerms(), SessionTerms(way: .relayOnly), SessionTerms(way: .directOnly, isRecorded: true),
        SessionTerms(isRecorded: true, timeLimit: .seconds(90)), SessionTerms(timeLimit: .seconds(365 * 86_400)),
    ])
    func termsAreReadAsTheyAreWritten(_ terms: SessionTerms) throws {
        if !terms.isEmpty { #expect(try SessionTerms(terms.description) == terms) }
        let bytes = terms.encoded
        #expect(SessionTerms(decoding: bytes.span) == terms)
        let longer = bytes + [0]
        #expect(SessionTerms(decoding: longer.span) == nil)
        let shorter = Array(bytes.dropLast())
        #expect(SessionTerms(decoding: shorter.span) == nil)
    }

    @Test("a term of a later version is not taken for none")
    func unknownTerms() {
        for first: UInt8 in 0...255 {
            let bytes = [first] + (first & 8 == 0 ? [] : [0, 0, 0, 9])
            let isKnown = first & 3 < 3 && first < 16
            #expect((SessionTerms(decoding: bytes.span) != nil) == isKnown, "\(first)")
        }
        let never: [UInt8] = [8, 0, 0, 0, 0]
        #expect(SessionTerms(decoding: never.span) == nil)
    }

    @Test(
        arguments: [
            ("1s", 1), ("90s", 90), ("30m", 1_800), ("8h", 28_800), ("2d", 172_800), ("365d", 31_536_000),
            ("366d", nil),
            ("0s", nil), ("-1s", nil), ("1", nil), ("s", nil), ("", nil), ("9999999999999999999d", nil), ("1.5h", nil),
        ] as [(String, Int64?)])
    func writtenTimes(_ text: String, _ seconds: Int64?) {
        #expect(Interval(written: text) == seconds.map { .seconds($0) })
    }
}
