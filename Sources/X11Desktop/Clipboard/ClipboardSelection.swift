/// A selection of the display (ICCCM section 2.6.1), by its name.
public enum ClipboardSelection: String, Hashable, Sendable {
    /// What is copied and pasted on request.
    case clipboard = "CLIPBOARD"
    /// What is marked with the mouse.
    case primary = "PRIMARY"
}
