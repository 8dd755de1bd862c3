import ICE
import Transport

/// What a driver asks for often, without a copy of the session.
extension HostPeer {
    /// Whether changes of the screen wait to go out.
    public var isScreenBusy: Bool { active?.session.screen.hasContent ?? false }

    /// The figures of the session whose viewer has proven itself.
    public var figures: SessionFigures? { active?.session.figures }

    public var transportStatistics: Connection.Statistics? { active?.session.transportStatistics }

    /// Whether that session is over and has said so to its viewer, as far as it could.
    public var hasSaidGoodbye: Bool { active?.session.hasSaidGoodbye ?? true }
}
