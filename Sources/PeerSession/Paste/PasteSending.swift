/// What became of files that were copied, and were to be announced to the other side.
public enum PasteSending: Hashable, Sendable {
    /// They are, under this number.
    case announced(UInt64)
    /// The other side takes no files, or this side may give none.
    case notWanted
    /// They have more bytes than the other side takes.
    case tooLarge(limit: UInt64)
    /// They are more than the other side takes, or their names are too long together.
    case tooMany(limit: Int)
}
