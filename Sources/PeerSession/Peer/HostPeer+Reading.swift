import ICE
import Transport
import WireFormat

/// What a driver asks for often, without a copy of the session.
extension HostPeer {
    /// Whether changes of the screen wait to go out.
    public var isScreenBusy: Bool { active?.session.screen.isBehind ?? false }

    /// The figures of the session whose viewer has proven itself.
    public var figures: SessionFigures? { active?.session.figures }

    /// Goes on with other randomness. A seeded generator can be turned back by who reads this program's memory, to the
    /// ephemeral secrets of each session since it was seeded: a program replaces it whenever a session has drawn its own.
    public mutating func reseed(_ random: SeededRandom) { self.random = random }

    /// The same, as far from the server as this, so that copies of one waiting host, as a simulation makes them, part ways.
    package mutating func reseed(_ random: SeededRandom, serverRoundTrip: Interval) {
        reseed(random)
        rendezvous?.roundTrip = serverRoundTrip
        isStandbyCurrent = false
    }

    public var transportStatistics: Connection.Statistics? { active?.session.transportStatistics }

    /// Whether that session is over and has said so to its viewer, as far as it could.
    public var hasSaidGoodbye: Bool { active?.session.hasSaidGoodbye ?? true }
}
