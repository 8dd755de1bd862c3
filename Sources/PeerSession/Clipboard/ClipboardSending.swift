/// What became of a text that was to go to the other side's clipboard.
public enum ClipboardSending: Hashable, Sendable {
    /// It is on its way.
    case sent
    /// The other side does not share its clipboard, or this side may not touch it.
    case notWanted
    /// It has more bytes than the other side takes.
    case tooLarge(limit: Int)
}
