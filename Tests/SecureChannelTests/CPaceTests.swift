import SecureChannel
import Testing

@Suite struct CPaceTests {
    let fixture: Fixture

    init() throws { fixture = try Fixture("cpace.txt") }

    func party(_ scalar: String) throws -> CPace {
        CPace(
            password: try fixture.bytes("prs"), channel: try fixture.bytes("ci"),
            sessionIdentifier: try fixture.bytes("sid"), scalar: try fixture.bytes(scalar))
    }

    @Test func derivesTheDraftsGenerator() throws {
        let password = try fixture.bytes("prs")
        let channel = try fixture.bytes("ci")
        let session = try fixture.bytes("sid")
        let text = CPace.generatorString(password: password, channel: channel, sessionIdentifier: session)
        let generator = CPace.generatorBytes(password: password, channel: channel, sessionIdentifier: session)
        #expect(try text == fixture.bytes("generator_string"))
        #expect(try generator == fixture.bytes("generator"))
    }

    @Test func givesTheDraftsSharesAndKey() throws {
        let initiator = try party("y_a")
        let responder = try party("y_b")
        #expect(try initiator.share == fixture.bytes("share_a"))
        #expect(try responder.share == fixture.bytes("share_b"))
        let first = try initiator.sessionKeyBytes(
            isInitiator: true, peerShare: responder.share, ownData: fixture.bytes("ad_a"),
            peerData: fixture.bytes("ad_b"))
        let second = try responder.sessionKeyBytes(
            isInitiator: false, peerShare: initiator.share, ownData: fixture.bytes("ad_b"),
            peerData: fixture.bytes("ad_a"))
        #expect(try first == fixture.bytes("isk_ir"))
        #expect(first == second)
    }

    @Test(arguments: ["invalid_share", "neutral_share"])
    func abortsOnInvalidShares(_ name: String) throws {
        let party = try party("invalid_s")
        let share = try fixture.bytes(name)
        #expect(throws: CPaceFailure()) {
            try party.sessionKeyBytes(isInitiator: true, peerShare: share, ownData: [], peerData: [])
        }
    }

    @Test(arguments: [0, 31, 33]) func abortsOnSharesOfWrongLength(_ count: Int) throws {
        let party = try party("y_a")
        #expect(throws: CPaceFailure()) {
            try party.sessionKeyBytes(
                isInitiator: true, peerShare: Array(repeating: 1, count: count), ownData: [], peerData: [])
        }
    }

    @Test func prefixesLongFieldsWithTheirLEB128Length() {
        let text = CPace.generatorString(
            password: [], channel: Array(repeating: 7, count: 300), sessionIdentifier: [])
        // Domain with its length, empty password, padding up to one hash block, then 300 as 0xAC 0x02.
        #expect(Array(text[128..<130]) == [0xAC, 0x02])
        #expect(text.count == 128 + 2 + 300 + 1)
    }
}
