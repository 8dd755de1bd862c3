/// What happened to the display's clipboard.
public enum ClipboardEvent: Hashable, Sendable {
    /// Another program put a text there.
    case text(String)
    /// Another program put files there; their list, as `text/uri-list` or `x-special/gnome-copied-files`.
    case files([UInt8])
    /// Another program of ours put files of its other side there. They are not taken: nobody has pasted them yet.
    case sharedFiles
    /// What is there is larger than the limit, and was not taken.
    case tooLarge
    /// A program asks for the files that were put there under this number, and waits for them.
    case filesWanted(UInt64)
}
