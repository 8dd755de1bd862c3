/// What happened to the display's clipboard.
public enum ClipboardEvent: Hashable, Sendable {
    /// Another program put a text there.
    case text(String)
    /// What is there is larger than the limit, and was not taken.
    case tooLarge
}
