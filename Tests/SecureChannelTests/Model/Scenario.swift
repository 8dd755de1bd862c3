import Testing

/// Who takes part in a model, and what the adversary has from the beginning.
struct Scenario: Sendable, CustomTestStringConvertible {
    /// What one honest party is.
    struct Role: Sendable {
        var isInitiator: Bool
        var session: Int
        /// Whose static key it has: "viewer", "host", or "both" for a machine that plays both roles with one key.
        var owner: String
        /// Of an initiator with a pinned key: whose.
        var pinned = "host"
        var words = "words"
        /// Whether its messages go over the path alone, and not through signaling.
        var isOnPathAlone = false
    }

    var name: String
    var roles: [Role]
    /// Owners whose static secrets the adversary has had all along.
    var stolen: Set<String> = []
    /// Whether the adversary has the words: a guest who poses as another.
    var knowsWords = false

    var testDescription: String { name }

    private static func viewer(_ session: Int) -> Role { Role(isInitiator: true, session: session, owner: "viewer") }
    private static func host(_ session: Int) -> Role { Role(isInitiator: false, session: session, owner: "host") }

    static let repeated = Scenario(name: "one session twice", roles: [viewer(1), viewer(1), host(1)])
    static let answeredTwice = Scenario(name: "an offer answered twice", roles: [viewer(1), host(1), host(1)])
    static let mixedUp = Scenario(name: "viewers of two sessions", roles: [viewer(1), viewer(2), host(2)])
    static let misrouted = Scenario(name: "hosts of two sessions", roles: [viewer(1), host(1), host(2)])
    static let reflected = Scenario(
        name: "one key in both roles",
        roles: [
            Role(isInitiator: true, session: 1, owner: "both", pinned: "both"),
            Role(isInitiator: false, session: 1, owner: "both"),
            Role(isInitiator: true, session: 1, owner: "both", pinned: "both"),
        ])
    static let theftFromHost = Scenario(
        name: "the host's secret stolen", roles: [viewer(1), host(1)], stolen: ["host"])
    static let theftFromViewer = Scenario(
        name: "the viewer's secret stolen", roles: [viewer(1), host(1)], stolen: ["viewer"])
    static let insider = Scenario(name: "a guest with the words", roles: [viewer(1), host(1)], knowsWords: true)
    static let misled = Scenario(
        name: "a viewer of the adversary's host",
        roles: [
            Role(isInitiator: true, session: 1, owner: "viewer", pinned: "adversary"), viewer(1), host(1),
        ])

    /// The adversary carries messages of the one way over the other.
    static let bothWays = Scenario(
        name: "one session through signaling and over the path alone",
        roles: [
            viewer(1), Role(isInitiator: true, session: 1, owner: "viewer", isOnPathAlone: true),
            Role(isInitiator: false, session: 1, owner: "host", isOnPathAlone: true),
        ])

    static let all = [
        repeated, answeredTwice, mixedUp, misrouted, bothWays, reflected, theftFromHost, theftFromViewer, insider,
        misled,
    ]
}
